import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seen, within } from '../cluster/waiting.ts';

/** A shell as a person has it, on a terminal of its own, where a key inserts everything that completion offers. */
export interface InteractiveShell {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The keys that insert all matches. */
  readonly all: string;
}

/** Belongs into every start file: the command notes its arguments, and each prompt has a number of its own. */
export const noting = `
n=0
kured-host() { printf '%s\\0' "$@" >>"$NOTES"; printf '\\001\\0' >>"$NOTES"; n=$((n + 1)); }
PS1='<ready $n>'
`;

/**
 * Types each line behind the program's name, lets completion insert all it offers, and runs what came of it. Gives the words
 * that the program got, line by line.
 */
export async function completed(
  { args, env, all }: InteractiveShell,
  folder: string,
  lines: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const notes = join(folder, 'notes');
  writeFileSync(notes, '');
  const terminal = spawn('script', ['--quiet', '--command', args.join(' '), '/dev/null'], {
    cwd: join(folder, 'work'),
    env: {
      PATH: process.env.PATH,
      TERM: 'dumb',
      HOME: folder,
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
      NOTES: notes,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', (text) => {
    shown += text;
  });
  const prompt = (number: number): Promise<true> =>
    seen(
      60_000,
      `prompt ${number} of ${args[0]}`,
      () => shown.includes(`<ready ${number}>`) || undefined,
      (changed) => {
        terminal.stdout.on('data', changed);
        return () => terminal.stdout.off('data', changed);
      },
      () => JSON.stringify(shown.slice(-400)),
    );
  try {
    for (const [index, line] of lines.entries()) {
      await prompt(index);
      terminal.stdin.write(`kured-host ${line}${all}\r`);
    }
    await prompt(lines.length);
    // Ctrl-D on an empty line ends a shell.
    terminal.stdin.write('\u0004');
    await within(60_000, `the end of ${args[0]}`, () => once(terminal, 'close'));
  } finally {
    terminal.kill();
  }
  const calls = readFileSync(notes, 'utf8').split('\u0001\0').slice(0, -1);
  return calls.map((call) => call.split('\0').slice(0, -1));
}
