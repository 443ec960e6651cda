import { parseArgs } from 'node:util';
import type { Command, Given } from './commands.ts';
import { configCheckCommand, configShowCommand } from './config.ts';
import { drainCommand } from './drain.ts';
import { helpCommand, helpText } from './help.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { leaseReleaseCommand } from './lease-release.ts';
import { leaseShowCommand } from './lease-show.ts';
import { manifestCommand } from './manifest.ts';
import { pauseCommand, resumeCommand } from './pause.ts';
import { preflightCommand } from './preflight.ts';
import { retryCommand } from './retry.ts';
import { runCommand } from './run.ts';
import { statusCommand, whyCommand } from './status.ts';
import { uncordonCommand } from './uncordon.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  runCommand,
  statusCommand,
  whyCommand,
  preflightCommand,
  manifestCommand,
  drainCommand,
  uncordonCommand,
  retryCommand,
  leaseShowCommand,
  leaseReleaseCommand,
  pauseCommand,
  resumeCommand,
  configCheckCommand,
  configShowCommand,
  {
    name: 'version',
    operands: [],
    summary: 'the version of kured-host',
    description: 'Prints the version, the revision it was built from, and that of Node.',
    options: {},
    run: async (io) => {
      io.out(`kured-host ${io.version} (${io.revision}, Node ${io.nodeVersion})\n`);
      return exitCode.done;
    },
  },
  helpCommand(() => commands),
];

/** Runs the command that the arguments name; anything wrong with them is one line and exit code 2. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const wanted = args[0] === '--version' ? ['version'] : args[0] === '--help' || args[0] === '-h' ? ['help'] : args;
  if (wanted.length === 0) {
    io.err(helpText(commands));
    return exitCode.usage;
  }
  const command = find(wanted);
  if (command === null) {
    io.err(`there is no command "${String(wanted[0]).slice(0, 60)}"; "kured-host help" lists them\n`);
    return exitCode.usage;
  }
  const given = parse(command, wanted.slice(command.name.split(' ').length));
  if ('wrong' in given) {
    io.err(`${given.wrong}; see "kured-host help ${command.name}"\n`);
    return exitCode.usage;
  }
  try {
    return await command.run(io, given);
  } catch (error) {
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCode.failed;
  }
}

function find(args: readonly string[]): Command | null {
  const two = commands.find((command) => command.name === args.slice(0, 2).join(' '));
  return two ?? commands.find((command) => command.name === args[0]) ?? null;
}

function parse(command: Command, args: readonly string[]): Given | { readonly wrong: string } {
  try {
    const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
    const typed = command.operands.at(-1)?.stdin === true && args.at(-1) === '--' ? [...args.slice(0, -1), '-'] : args;
    const { values, positionals } = parseArgs({ args: [...typed], options, allowPositionals: true, strict: true });
    const needed = command.operands.filter(({ optional }) => !optional);
    if (positionals.length < needed.length) return { wrong: `${needed[positionals.length]?.name} is missing` };
    if (positionals.length > command.operands.length && command.operands.at(-1)?.rest !== true) {
      return { wrong: `"${String(positionals[command.operands.length]).slice(0, 60)}" is one argument too many` };
    }
    return { operands: positionals, options: values as Given['options'] };
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split('. ');
    return { wrong: first ?? 'wrong usage' };
  }
}
