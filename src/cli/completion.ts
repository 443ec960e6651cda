import type { Command, Given } from './commands.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { zshCompletion } from './completion-zsh.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

/** The shells that can be completed for, each with what makes its script from the table of commands. */
export const completions: Readonly<Record<string, (commands: readonly Command[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const shells = Object.keys(completions);

export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    operands: [{ name: 'SHELL', optional: false, values: shells }],
    summary: 'print the completion of a shell',
    description:
      'Prints what lets bash, zsh or fish complete the commands and options of kured-host. The package brings it in place already.',
    options: {},
    examples: [
      { line: 'kured-host completion bash', what: 'to be put into /usr/share/bash-completion/completions/kured-host' },
    ],
    run: async (io, given) => print(io, given, commands()),
  };
}

function print(io: Io, { operands }: Given, commands: readonly Command[]): ExitCode {
  const [shell = ''] = operands;
  const render = Object.hasOwn(completions, shell) ? completions[shell] : undefined;
  if (render === undefined) {
    io.err(`there is no completion for "${shell.slice(0, 60)}", only for ${shells.join(', ')}\n`);
    return exitCode.usage;
  }
  io.out(render(commands));
  return exitCode.done;
}
