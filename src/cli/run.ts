import { placeText } from '../config/place.ts';
import { type ConfigProblem, type ConfigWarning, problemText } from '../config/problem.ts';
import type { Reloaded } from '../daemon/configured.ts';
import { startService } from '../daemon/service.ts';
import { muteProblem, type ReloadProblem, tellStartProblems } from '../daemon/start-problem.ts';
import { type Command, configOption, type Given } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { unfitHere } from './machine-fit.ts';
import { loadConfiguration } from './settings.ts';

export const runCommand: Command = {
  name: 'run',
  operands: [],
  summary: 'run the daemon, as the service does',
  description:
    'Runs until it is stopped. SIGTERM asks systemd what the stop means; SIGINT is a stop: what is held is given back. SIGHUP reads the configuration again and takes it whole or not at all.',
  options: { config: configOption },
  examples: [{ line: 'kured-host run --config /tmp/try.yaml', what: 'in a terminal, with a file of your own' }],
  run,
};

async function run(io: Io, given: Given): Promise<ExitCode> {
  // A SIGHUP that comes before the service can take it is none that ends it.
  let again = () => {};
  io.onSignal('SIGHUP', () => again());
  const mute = muteProblem(io);
  const warn = (warning: ConfigWarning) => io.err(`warning: ${problemText(warning)}\n`);
  const begun: Reloaded = mute === null ? await read(io, given, warn) : { valid: false, problems: [mute] };
  if (!begun.valid) {
    await tellStartProblems(io, begun.problems, (line) => io.err(`${line}\n`));
    return exitCode.configuration;
  }
  const service = startService(io, begun.settings);
  io.onSignal('SIGTERM', () => service.stop(null));
  io.onSignal('SIGINT', () => service.stop('stop'));
  again = () => service.reload(() => read(io, given, () => {}));
  const end = await service.ended;
  return end.is === 'stopped' ? exitCode.done : exitCode.failed;
}

/** What a start refuses, a reload refuses, too. */
async function read(io: Io, given: Given, warn: (warning: ConfigWarning) => void): Promise<Reloaded> {
  const loaded = await loadConfiguration(io, given);
  if (!loaded.valid) return { valid: false, problems: loaded.problems.map(problemLine) };
  for (const warning of loaded.warnings) warn(warning);
  const problems = await unfitHere(io, loaded);
  return problems.length === 0 ? loaded : { valid: false, problems: problems.map(problemLine) };
}

function problemLine({ file, place, message }: ConfigProblem): ReloadProblem {
  return { file: place === null ? file : placeText(place), message };
}
