import { reasonSentence } from '../core/reasons.ts';
import { startService } from '../daemon/service.ts';
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
  const settings = await settingsOrProblems(io, given);
  if (settings === null) return exitCode.configuration;
  const missing = settings.sentinel.command === null ? null : await checkCommand(settings.sentinel.command);
  if (missing !== null) {
    io.err(`${reasonSentence(missing)}\n`);
    return exitCode.configuration;
  }
  const service = startService(io, settings);
  io.onSignal('SIGTERM', () => service.stop(null));
  io.onSignal('SIGINT', () => service.stop('stop'));
  io.onSignal('SIGHUP', () => void reload(io, given, service));
  const end = await service.ended;
  return end.is === 'stopped' ? exitCode.done : exitCode.failed;
}

async function reload(io: Io, given: Given, service: ReturnType<typeof startService>): Promise<void> {
  const loaded = await loadConfiguration(io, given);
  if (loaded.valid) return service.reload(loaded.settings);
  for (const problem of loaded.problems)
    service.log.event('config-refused', { why: problem.message, file: problem.file });
}
