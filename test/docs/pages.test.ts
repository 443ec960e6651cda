import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { commands } from '../../src/cli/table.ts';
import { page, pages, repository, shellLines, wordsOf } from './pages.ts';

const all = pages();

describe('the documentation', () => {
  it('is linked only to what is there, headings included', () => {
    const broken = all.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, to = '']) => to)
        .filter((to) => !/^(https?|mailto):/.test(to) && !resolves(file, to))
        .map((to) => `${file}: ${to}`),
    );
    assert.deepEqual(broken, []);
  });

  it('can be reached from the README, every page of it', () => {
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, to = ''] of page(file).matchAll(/\]\(([^)#\s]+\.md)[^)]*\)/g)) follow(join(dirname(file), to));
    };
    follow('README.md');
    assert.deepEqual(
      all.map(({ file }) => file).filter((file) => !seen.has(file)),
      [],
    );
  });

  it('shows only command lines of kured-host that are read as they stand', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { file, text } of all)
      for (const { line, text: command } of shellLines(text))
        for (const words of calls(command)) {
          count += 1;
          const read = readCommandLine(words, commands);
          if (read.is === 'wrong') wrong.push(`${file}:${line}: ${words.join(' ')}: ${read.why}`);
        }
    assert.deepEqual(wrong, []);
    assert.ok(count > 20, `only ${count} were found`);
  });

  it('names only targets that the Makefile has', () => {
    const makefile = readFileSync(join(repository, 'Makefile'), 'utf8');
    const wrong = all.flatMap(({ file, text }) =>
      shellLines(text)
        .flatMap(({ text: command }) => /(?:^|\s|=\d )make ([a-z][a-z-]*)/.exec(command)?.[1] ?? [])
        .filter((target) => !new RegExp(`^${target}:`, 'm').test(makefile))
        .map((target) => `${file}: make ${target}`),
    );
    assert.deepEqual(wrong, []);
  });
});

/** The arguments of each call of kured-host in a line, where a command can stand. */
function calls(command: string): readonly (readonly string[])[] {
  const starts = /(?:^|[|;(]\s*|&& |sudo |chroot \/host )(?:[\w./-]*\/)?kured-host ([a-z-].*)/g;
  return [...command.matchAll(starts)].map(([, rest = '']) => wordsOf(rest));
}

function resolves(file: string, to: string): boolean {
  const [path = '', anchor] = to.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(repository, target))) return false;
  return anchor === undefined || headings(page(target)).includes(anchor);
}

/** As GitHub names them. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
