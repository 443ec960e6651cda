import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderManPage as renderCommandPage } from '../../src/cli/man-page.ts';
import { renderServicePage } from '../../src/cli/service-man-page.ts';
import { commands } from '../../src/cli/table.ts';
import { renderManPage as renderConfigPage } from '../../src/config/man-page.ts';
import { fieldRows } from '../../src/log/fields.ts';
import { eventRows } from '../../src/log/message-ids.ts';
import { skipUnless } from '../cluster/available.ts';
import { page, repository } from './pages.ts';

const pages = {
  'kured-host(1)': renderCommandPage(commands, '1.2.3'),
  'kured-host-config(5)': renderConfigPage('1.2.3'),
  'kured-host.service(8)': renderServicePage('1.2.3'),
} as const;

/** What finds fault with a page, each with what it says about a page that is right: nothing. */
const judges: readonly (readonly [program: string, args: readonly string[]])[] = [
  ['groff', ['-man', '-ww', '-Tutf8', '-z', '-K', 'utf-8']],
  ['mandoc', ['-Tlint', '-Wwarning']],
];

describe('each man page', () => {
  for (const [program, args] of judges) {
    const missing =
      spawnSync(program, ['--version']).error === undefined ? null : `no ${program} here to check man pages`;
    for (const [name, text] of Object.entries(pages)) {
      it(`is one that ${program} finds nothing wrong with: ${name}`, { skip: skipUnless(missing) }, () => {
        const { status, stdout, stderr } = spawnSync(program, args, { input: text, encoding: 'utf8' });
        // They have no date, as systemd's have none: what they are of is the version in their foot.
        const faults = (stdout + stderr).split('\n').filter((line) => line !== '' && !line.includes('missing date'));
        assert.deepEqual(faults, []);
        assert.ok(status === 0 || stdout !== '', `${program} ended with ${status}`);
      });
    }
  }

  for (const [name, text] of Object.entries(pages)) {
    it(`is named as its heading says: ${name}`, () => {
      const [, title = '', section] = /^\.TH (\S+) (\d) "" "kured\\-host 1\.2\.3" "[A-Z]/.exec(text) ?? [];
      assert.equal(`${title.replaceAll('\\-', '-').toLowerCase()}(${section})`, name);
    });

    it(`refers to pages of ours that there are: ${name}`, () => {
      const plain = text.replaceAll('\\-', '-');
      const referred = [...plain.matchAll(/(kured-host[\w.-]*)(?: \(| ?\()(\d)\)/g)].map(
        ([, to, section]) => `${to}(${section})`,
      );
      assert.deepEqual(
        referred.filter((to) => !Object.hasOwn(pages, to)),
        [],
      );
    });
  }
});

describe('kured-host.service(8)', () => {
  const text = pages['kured-host.service(8)'].replaceAll('\\-', '-');

  it('has every event with its message ID, and every field', () => {
    for (const [code, { id }] of Object.entries(eventRows)) {
      assert.match(text, new RegExp(`^\\.B ${code}\n.*\\(${id}\\)$`, 'm'));
    }
    for (const [name] of fieldRows()) assert.match(text, new RegExp(`^\\.B ${name}$`, 'm'));
  });

  it('has every variable of the environment that the code reads', () => {
    const code = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(repository, 'src', name), 'utf8'))
      .join('\n');
    const read = [...code.matchAll(/\benv\['([A-Z_]+)'\]/g)].map(([, name = '']) => name);
    const passedOn = [...(/const kept = \[([^\]]*)\]/.exec(code)?.[1]?.matchAll(/[A-Z_]+/g) ?? [])].map(
      ([name]) => name,
    );
    assert.ok(read.length > 4 && passedOn.length > 2);
    const section = /^\.SH ENVIRONMENT\n(.*?)^\.SH /ms.exec(text)?.[1] ?? '';
    for (const name of [...read, ...passedOn]) assert.match(section, new RegExp(`\\b${name}\\b`));
  });

  it('says of exit status and times what the unit says', () => {
    const unit = page('systemd/kured-host.service');
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];
    const notAgain = [...text.matchAll(/^\.B (\d+)\n.*It is not started again\.$/gm)].map(([, code]) => code);
    assert.deepEqual(notAgain, value('RestartPreventExitStatus')?.split(' '));
    assert.match(text, new RegExp(`backs out within ${value('TimeoutStopSec')?.replace('s', '')} s:`));
    assert.match(text, new RegExp(`started again after ${value('RestartSec')?.replace('s', '')} s\\.`));
    assert.equal(value('WatchdogSec'), '60s');
    assert.match(text, /makes no progress for a minute/);
    for (const [, variable = ''] of unit.matchAll(/^Environment=(\w+)=/gm)) assert.match(text, new RegExp(variable));
  });

  it('is where the unit and the catalogue say more is to be found', () => {
    assert.match(page('systemd/kured-host.service'), /^Documentation=man:kured-host\.service\(8\)/m);
    assert.match(page('systemd/kured-host.catalog'), /^Documentation: man:kured-host\.service\(8\)$/m);
  });
});

describe('the recipes for sentinels', () => {
  const asked = readdirSync(join(repository, 'packaging/sentinels'));
  const telling = {
    'kured-host.service(8)': pages['kured-host.service(8)'].replaceAll('\\-', '-'),
    'docs/README.md': page('docs/README.md'),
    'docs/configuration.md': page('docs/configuration.md'),
  };
  for (const [name, text] of Object.entries(telling))
    it(`are told of by all that they ask, and nothing else: ${name}`, () => {
      const [, list = ''] = /(?:recipes for|drop-ins that ask) ([\w, -]+)/.exec(text) ?? [];
      assert.deepEqual(
        list
          .trim()
          .split(/, | and | or /)
          .sort(),
        asked.sort(),
      );
    });
});
