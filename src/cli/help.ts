import type { Command, Given } from './commands.ts';
import { type ExitCode, exitCode, exitMeanings, type Io } from './io.ts';

/** The help of all commands, or of one, from the table of commands. */
export function helpText(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => usage(command).length));
  const rows = commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`);
  const codes = exitMeanings.map(([code, meaning]) => `  ${String(code).padEnd(3)} ${meaning}`);
  return `Usage: kured-host COMMAND [OPTION…]\n\nReboots this Kubernetes node when it needs it, one node at a time, from the host.\n\n${rows.join('\n')}\n\nExit codes\n${codes.join('\n')}\n\n"kured-host help COMMAND" tells more of one.\n`;
}

export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, option]) => `  --${name}${option.value === undefined ? '' : ` ${option.value}`}  ${option.summary}`,
  );
  const list = options.length === 0 ? '' : `\n${options.join('\n')}\n`;
  return `Usage: kured-host ${usage(command)}${options.length === 0 ? '' : ' [OPTION…]'}\n\n${command.description}\n${list}`;
}

export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    operands: [{ name: 'COMMAND', optional: true, rest: true }],
    summary: 'this help, or that of one command',
    description: 'Prints the help.',
    options: {},
    run: async (io, given) => help(io, given, commands()),
  };
}

function help(io: Io, given: Given, commands: readonly Command[]): ExitCode {
  const name = given.operands.join(' ');
  if (name === '') {
    io.out(helpText(commands));
    return exitCode.done;
  }
  const found = commands.filter((command) => command.name === name || command.name.startsWith(`${name} `));
  if (found.length === 0) {
    io.err(`there is no command "${name}"; "kured-host help" lists them\n`);
    return exitCode.usage;
  }
  io.out(found.map(commandHelp).join('\n'));
  return exitCode.done;
}

function usage(command: Command): string {
  const operands = command.operands.map(({ name, optional, rest, stdin }) => {
    const text = `${name}${rest === true ? '…' : ''}${stdin === true ? '|--' : ''}`;
    return optional ? `[${text}]` : text;
  });
  return [command.name, ...operands].join(' ');
}
