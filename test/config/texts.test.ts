import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts, defaultSettings } from '../../src/config/accept.ts';
import { renderConffile } from '../../src/config/conffile.ts';
import { renderManPage } from '../../src/config/man-page.ts';
import { renderReference } from '../../src/config/reference.ts';
import { keyParts, keys, rowOf, sections } from '../../src/config/schema.ts';

describe('the table of keys', () => {
  for (const key of keys) {
    it(`has an example of ${key} that is accepted`, () => {
      const { section, name } = keyParts(key);
      const { example } = rowOf(key);
      const text = section === null ? `${name}: ${example}` : `${section}: {${name}: ${example}}`;
      const accepted = acceptTexts([{ file: 'f', text }]);
      assert.ok(accepted.valid, JSON.stringify(accepted));
      assert.deepEqual([...accepted.origins.keys()], [key]);
    });

    it(`tells ${key} in one sentence`, () => {
      assert.match(rowOf(key).sentence, /^[A-Z][^\n]*[^.]\.$/);
      if (rowOf(key).default === null) assert.notEqual(rowOf(key).without, '');
    });
  }

  it('has only sections that are told of', () => {
    const used = new Set(keys.map((key) => keyParts(key).section).filter((section) => section !== null));
    assert.deepEqual([...used], [...sections.keys()]);
  });
});

describe('the default configuration file', () => {
  const commentMarks = /^( *)#(?=[A-Za-z])/gm;

  it('says nothing as it is', () => {
    const accepted = acceptTexts([{ file: 'f', text: renderConffile() }]);
    assert.deepEqual(accepted.valid && accepted.settings, defaultSettings());
    assert.equal(accepted.valid && accepted.origins.size, 0);
  });

  it('says nothing new with every key uncommented', () => {
    const accepted = acceptTexts([{ file: 'f', text: renderConffile().replaceAll(commentMarks, '$1') }]);
    assert.deepEqual(accepted.valid ? accepted.settings : accepted.problems, defaultSettings());
    const written = keys.filter((key) => rowOf(key).default !== null);
    assert.deepEqual(accepted.valid ? [...accepted.origins.keys()] : [], written);
  });

  it('needs no more than its one line uncommented to set a key', () => {
    for (const key of keys) {
      const { section, name } = keyParts(key);
      const heading = section === null ? '' : `\n${section}:\n`;
      const from = renderConffile().indexOf(heading);
      const rest = renderConffile()
        .slice(from)
        .replace(`#${name}: `, `${name}: ${rowOf(key).example} #`);
      const accepted = acceptTexts([{ file: 'f', text: renderConffile().slice(0, from) + rest }]);
      assert.deepEqual(accepted.valid ? [...accepted.origins.keys()] : accepted.problems, [key]);
    }
  });

  it('takes nothing away from other files when it is copied as a drop-in', () => {
    const accepted = acceptTexts([
      { file: 'a', text: 'drain: {timeout: 1h}' },
      { file: 'b', text: renderConffile() },
    ]);
    assert.equal(accepted.valid && accepted.settings.drain.timeout, 3_600_000);
  });

  it('has no line that a terminal would break', () => {
    for (const line of renderConffile().split('\n')) assert.ok(line.length <= 120, line);
  });
});

describe('the reference', () => {
  it('has a row of four cells for each key', () => {
    for (const key of keys) {
      const line = renderReference()
        .split('\n')
        .find((row) => row.startsWith(`| \`${key}\` |`));
      assert.equal(line?.split(/(?<!\\)\|/).length, 6, key);
    }
  });
});

describe('the man page', () => {
  it('names each key with its sentence', () => {
    const page = renderManPage('1.2.3').replaceAll('\\-', '-');
    for (const key of keys) assert.ok(page.includes(`.B ${keyParts(key).name}\n${rowOf(key).sentence} (`), key);
    assert.ok(renderManPage('1').includes('kured\\-host\\-POOL'), 'a hyphen as it is would be typeset as a dash');
    assert.match(page, /^\.TH KURED-HOST-CONFIG 5 "" "kured-host 1\.2\.3"/);
  });

  it('has no line that begins like a request but is text', () => {
    for (const line of renderManPage('1').split('\n')) {
      assert.match(line, /^(\.(TH|SH|PP|TP|BR|br|B)( |$)|[^.'])|^$/);
    }
  });
});
