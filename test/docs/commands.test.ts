import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { withCommands } from '../../scripts/render-commands.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { helpText } from '../../src/cli/help.ts';
import { renderManPage } from '../../src/cli/man-page.ts';
import { commands } from '../../src/cli/table.ts';
import { reasonCodes, reasonTemplate } from '../../src/core/reasons.ts';

const repository = join(import.meta.dirname, '../..');
const page = renderManPage(commands, '1.2.3');

describe('docs/commands.md', () => {
  it('is as the table says (make docs writes it)', () => {
    const text = readFileSync(join(repository, 'docs/commands.md'), 'utf8');
    assert.equal(text, withCommands(text));
    for (const { name } of commands) assert.match(text, new RegExp(`^## ${name}$`, 'm'));
  });
});

describe('the table of commands', () => {
  for (const command of commands) {
    it(`tells ${command.name} in whole words, with an example that is read as that command`, () => {
      assert.match(command.summary, /^[a-z][^\n]*[^.]$/);
      assert.match(command.description, /^[A-Z][^\n]*\.$/);
      for (const { summary } of Object.values(command.options)) assert.match(summary, /^[a-z].*[^.]$/);
      assert.ok(command.examples.length > 0);
      for (const { line } of command.examples) assert.equal(commandOf(line), command.name);
    });
  }

  it('makes a help that fits into a terminal', () => {
    for (const line of helpText(commands, 100).split('\n')) assert.ok(line.length <= 100, line);
  });
});

/** Every `kured-host …` that anybody is told to type, and where. */
const told: readonly (readonly [where: string, line: string])[] = [
  ...documents().flatMap((file) =>
    typed(readFileSync(join(repository, file), 'utf8')).map((line) => [file, line] as const),
  ),
  ...reasonCodes.flatMap((code) => typed(reasonTemplate(code).remedy).map((line) => [`reason ${code}`, line] as const)),
  ...typed(readFileSync(join(repository, 'systemd/kured-host.catalog'), 'utf8')).map(
    (line) => ['systemd/kured-host.catalog', line] as const,
  ),
  ...sources().flatMap((file) =>
    typed(readFileSync(join(repository, file), 'utf8')).map((line) => [file, line] as const),
  ),
];

describe('what people are told to type', () => {
  it('is there, or this test would see nothing', () => {
    for (const where of ['README.md', 'docs/commands.md', 'reason api-refused', 'src/cli/drain.ts'])
      assert.ok(
        told.some(([from]) => from === where),
        where,
      );
  });

  for (const [where, line] of new Map(told.map((entry) => [entry.join(': '), entry])).values()) {
    it(`is a command that is there: ${line} (${where})`, () => assert.notEqual(commandOf(line), null));
  }
});

describe('kured-host(1)', () => {
  it('has every command with its options and examples, and every exit code', () => {
    const text = page.replaceAll('\\-', '-');
    for (const { name, options, examples } of commands) {
      assert.match(text, new RegExp(`^\\.SS "${name}`, 'm'));
      for (const option of Object.keys(options)) assert.ok(text.includes(`.B --${option}`), option);
      for (const { line } of examples) assert.ok(text.includes(`.B ${line}`), line);
    }
    for (const code of [0, 1, 2, 69, 77, 78]) assert.match(text, new RegExp(`^\\.B ${code}$`, 'm'));
    assert.match(text, /^\.TH KURED-HOST 1 "" "kured-host 1\.2\.3" "User Commands"/);
  });

  it('has no line that begins like a request but is text', () => {
    for (const line of page.split('\n')) assert.match(line, /^(\.(TH|SH|SS|PP|TP|BR|br|B|I)( |$)|[^.'])|^$/);
  });
});

/** The command that a line as people type it is read as; null when it is none. Placeholders stand for names. */
function commandOf(line: string): string | null {
  const [words = ''] = line.split(/ [|<>] |, | +# /);
  const args = words.trim().split(/ +/).slice(1);
  const of = readCommandLine(args, commands);
  return of.is === 'command' ? of.command.name : null;
}

/** In backquotes or quotes, or as a line of a block for the shell. */
function typed(text: string): readonly string[] {
  const quoted = [...text.matchAll(/[`"](?:sudo )?(?:bin\/)?(kured-host [a-z][^`"\n]*)[`"]/g)];
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => [...block.matchAll(/^ *(?:sudo )?(?:bin\/)?(kured-host .*)$/gm)]);
  return [...quoted, ...lines]
    .map(([, line = '']) => line.replaceAll(/\$?\{[^}]*\}/g, 'name').replace(/\[[^\]]*\]/g, ''))
    .filter((line) => !line.includes('${') && !/ (COMMAND|[a-z]+ \.\.\.)/.test(line));
}

function documents(): readonly string[] {
  const inDocs = readdirSync(join(repository, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)));
  return ['README.md', 'CONTRIBUTING.md', ...inDocs.sort()];
}

function sources(): readonly string[] {
  return readdirSync(join(repository, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)));
}
