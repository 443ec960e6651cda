import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { parseFragment } from '../../src/config/fragment.ts';
import { problemText } from '../../src/config/problem.ts';
import { keyParts, keys, sections } from '../../src/config/schema.ts';

/**
 * Configuration in the docs stands in blocks that begin with "```yaml kured-host"; every one of them must be accepted as
 * a file of its own.
 */
interface Example {
  readonly file: string;
  /** The line of the block's first mark. */
  readonly line: number;
  readonly marked: boolean;
  readonly text: string;
}

const repository = join(import.meta.dirname, '../..');
const outermost = new Set([...sections.keys(), ...keys.filter((key) => keyParts(key).section === null)]);
const examples = documents().flatMap(examplesIn);
const marked = examples.filter((example) => example.marked);

describe('configuration in the docs', () => {
  it('is there, or this test would see nothing', () => {
    assert.ok(marked.some(({ file }) => file === 'docs/configuration.md'));
  });

  for (const { file, line, text } of marked) {
    it(`is accepted: ${file}:${line}`, () => {
      // As many empty lines before it as stand before it in the document, so that an error names the document's line.
      const accepted = acceptTexts([{ file, text: '\n'.repeat(line) + text }]);
      assert.deepEqual(accepted.valid ? [] : accepted.problems.map(problemText), []);
      assert.ok(accepted.valid && accepted.origins.size > 0, 'it sets nothing');
    });
  }

  for (const { file, line, text } of examples.filter((example) => !example.marked)) {
    it(`is marked as such: ${file}:${line} is something else`, () => {
      const read = parseFragment(text, file);
      const names = read.valid ? [...read.tree.entries.keys()] : [];
      assert.ok(names.length === 0 || !names.every((name) => outermost.has(name)), 'begin it with ```yaml kured-host');
    });
  }
});

describe('what the docs say about files together', () => {
  it('is what happens', () => {
    const page = marked.filter(({ file }) => file === 'docs/configuration.md');
    const [base, dropIn] = ['/config.yaml', '/config.d/'].map((path) => page.find(({ text }) => text.includes(path)));
    assert.ok(base !== undefined && dropIn !== undefined);
    const accepted = acceptTexts([base, dropIn]);
    assert.ok(accepted.valid);
    const { concurrency, drain, lease } = accepted.settings;
    assert.deepEqual(
      [concurrency, lease.name, drain.timeout, drain.gracePeriodSeconds],
      [2, 'kured-host-databases', 7_200_000, null],
    );
  });

  it('shows messages that come', () => {
    const page = readFileSync(join(repository, 'docs/configuration.md'), 'utf8');
    const file = '/etc/kured-host/config.yaml';
    const accepted = acceptTexts([{ file, text: 'concurrency: 2\ndrain:\n  timout: 45m\n  gracePeriod: 30\n' }]);
    assert.equal(accepted.valid, false);
    for (const problem of accepted.valid ? [] : accepted.problems)
      assert.ok(page.includes(`\n${problemText(problem)}\n`), problemText(problem));
  });
});

function documents(): readonly string[] {
  const found = readdirSync(repository, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'README.md')
    .map(({ name }) => name);
  const inDocs = readdirSync(join(repository, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)));
  return [...found, ...inDocs.sort()];
}

function examplesIn(file: string): readonly Example[] {
  const document = readFileSync(join(repository, file), 'utf8');
  const block = /^( *)```ya?ml\b([^\n]*)\n(.*?)^\1```/gms;
  return [...document.matchAll(block)].map((found) => {
    const [, indent = '', info = '', body = ''] = found;
    const line = document.slice(0, found.index).split('\n').length;
    const text = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return { file, line, marked: info.split(/\s+/).includes('kured-host'), text };
  });
}
