import type { Command, Given } from './commands.ts';
import { type ExitCode, exitCode, exitMeanings, type Io } from './io.ts';

const title = 'Reboots this Kubernetes node when it needs it, one node at a time, from the host.';

/** How wide help may be, by the columns of the terminal. There may be none, and a serial console says that it has 0. */
export function helpWidth(columns: number | undefined): number {
  return columns === undefined || columns === 0 ? 100 : columns;
}

/** The help of all commands from their table, no line wider than `width` where words allow. */
export function helpText(commands: readonly Command[], width: number): string {
  const rows = commands.map((command) => [usageOf(command), command.summary] as const);
  const codes = exitMeanings.map(([code, meaning]) => [String(code), meaning] as const);
  const end = '"kured-host help COMMAND" tells more of one; kured-host(1) of all.';
  return `Usage: kured-host COMMAND [OPTION…]\n\n${title}\n\n${columns(rows, width)}\nExit codes\n${columns(codes, width)}\n${end}\n`;
}

/** The help of one command. */
export function commandHelp(command: Command, width: number): string {
  const { description, options, examples } = command;
  const rows = Object.entries(options).map(([name, option]) => [optionOf(name, option.value), option.summary] as const);
  const usage = `Usage: kured-host ${usageOf(command)}${rows.length === 0 ? '' : ' [OPTION…]'}\n`;
  const list = rows.length === 0 ? '' : `\n${columns(rows, width)}`;
  const shown =
    examples.length === 0 ? '' : `\n${examples.map(({ line, what }) => `  ${line}\n      ${what}\n`).join('')}`;
  return `${usage}\n${wrap(description, width).join('\n')}\n${list}${shown}`;
}

export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    operands: [{ name: 'COMMAND', optional: true, rest: true }],
    summary: 'this help, or that of one command',
    description: 'Prints the help of all commands or of one; "kured-host COMMAND --help" is the same.',
    options: {},
    examples: [{ line: 'kured-host help lease release', what: 'what it does, and its options' }],
    run: async (io, given: Given) => helpFor(io, given.operands.join(' '), commands()),
  };
}

/** Prints the help of the command of that name, of all that begin with it, or for an empty name of everything. */
export function helpFor(io: Io, name: string, commands: readonly Command[]): ExitCode {
  if (name === '') {
    io.out(helpText(commands, io.width));
    return exitCode.done;
  }
  const found = commands.filter((command) => command.name === name || command.name.startsWith(`${name} `));
  if (found.length === 0) {
    io.err(`there is no command "${name.slice(0, 60)}"; see "kured-host help"\n`);
    return exitCode.usage;
  }
  io.out(found.map((command) => commandHelp(command, io.width)).join('\n'));
  return exitCode.done;
}

/** The command with its operands: `lease release NODE`. */
export function usageOf(command: Command): string {
  const operands = command.operands.map(({ name, optional, rest, stdin }) => {
    const text = `${name}${rest === true ? '…' : ''}${stdin === true ? '|--' : ''}`;
    return optional ? `[${text}]` : text;
  });
  return [command.name, ...operands].join(' ');
}

/** An option as it is typed: `--timeout DURATION`. */
export function optionOf(name: string, value: string | undefined): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function columns(rows: readonly (readonly [name: string, text: string])[], width: number): string {
  const first = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, text]) => {
      const [line = '', ...more] = wrap(text, Math.max(30, width - first - 4));
      const rest = more.map((next) => `${' '.repeat(first + 4)}${next}\n`).join('');
      return `  ${name.padEnd(first)}  ${line}\n${rest}`;
    })
    .join('');
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
