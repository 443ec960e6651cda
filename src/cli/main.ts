import { readCommandLine } from './command-line.ts';
import { helpFor, helpText } from './help.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { commands } from './table.ts';

/** Runs the command that the arguments name; anything wrong with them is one line and exit code 2. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  if (args.length === 0) {
    io.err(helpText(commands, io.width));
    return exitCode.usage;
  }
  const line = readCommandLine(args, commands);
  switch (line.is) {
    case 'wrong':
      io.err(`${line.why}; see "kured-host ${line.see}"\n`);
      return exitCode.usage;
    case 'help':
      return helpFor(io, line.of, commands);
    case 'command':
      try {
        return await line.command.run(io, line.given);
      } catch (error) {
        io.err(`${error instanceof Error ? error.message : String(error)}\n`);
        return exitCode.failed;
      }
  }
}
