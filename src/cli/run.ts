import { placeText } from '../config/place.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { Reloaded, ReloadProblem } from '../daemon/configured.ts';
import { startService } from '../daemon/service.ts';
import { nameContradiction } from '../kubernetes/contradiction.ts';
import { checkCommand } from '../sentinel/command.ts';
import { type Command, configOption, type Given } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { loadConfiguration, settingsOrProblems } from './settings.ts';

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
  const settings = await settingsOrProblems(io, given);
  if (settings === null) return exitCode.configuration;
  const refused = await refusal(io, settings);
  if (refused !== null) {
    io.err(`${refused.file}: ${refused.message}\n`);
    return exitCode.configuration;
  }
  const service = startService(io, settings);
  io.onSignal('SIGTERM', () => service.stop(null));
  io.onSignal('SIGINT', () => service.stop('stop'));
  again = () => service.reload(() => readAgain(io, given));
  const end = await service.ended;
  return end.is === 'stopped' ? exitCode.done : exitCode.failed;
}

/** What is refused at a start is refused here, too. */
async function readAgain(io: Io, given: Given): Promise<Reloaded> {
  const loaded = await loadConfiguration(io, given);
  if (!loaded.valid) return { valid: false, problems: loaded.problems.map(problemLine) };
  const refused = await refusal(io, loaded.settings);
  return refused === null ? loaded : { valid: false, problems: [refused] };
}

/** What is valid by itself and does not fit this machine: a sentinel command that is not there, another Node's name. */
async function refusal(io: Io, { sentinel, credentials }: Settings): Promise<ReloadProblem | null> {
  const missing = sentinel.command === null ? null : await checkCommand(sentinel.command);
  if (missing !== null) return { file: 'sentinel.command', message: reasonSentence(missing) };
  const other = await nameContradiction(credentials, io.clock, io.signal);
  return other === null ? null : { file: 'credentials.nodeName', message: reasonSentence(other) };
}

function problemLine({ file, place, message }: ConfigProblem): ReloadProblem {
  return { file: place === null ? file : placeText(place), message };
}
