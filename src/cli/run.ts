import type { Loaded } from '../config/load.ts';
import { placeText } from '../config/place.ts';
import { type ConfigProblem, type ConfigWarning, problemText } from '../config/problem.ts';
import type { Key } from '../config/schema.ts';
import { beyondNode, beyondText } from '../core/node-restriction.ts';
import { outsideText } from '../core/outside-text.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { Reloaded } from '../daemon/configured.ts';
import { trustHere } from '../daemon/machine-here.ts';
import { startService } from '../daemon/service.ts';
import { muteProblem, type ReloadProblem, tellStartProblems } from '../daemon/start-problem.ts';
import { commandTrouble } from '../daemon/trusted-commands.ts';
import { nameContradiction, nodeCertificate } from '../kubernetes/contradiction.ts';
import { authoritiesTrouble } from '../notify/authorities.ts';
import { readTargetFiles } from '../notify/files.ts';
import { type Command, configOption, type Given } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
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
  const refused = await refusal(io, loaded);
  if (refused !== null) return { valid: false, problems: [refused] };
  const problems = await notificationProblems(loaded);
  return problems.length === 0 ? loaded : { valid: false, problems };
}

/** What is wrong in the files that notifications name. */
async function notificationProblems({ settings, origins }: Loaded): Promise<readonly ReloadProblem[]> {
  const { urlFiles, caFile } = settings.notifications;
  const { problems } = await readTargetFiles(urlFiles);
  const why = caFile === null ? null : await authoritiesTrouble(caFile);
  const place = origins.get('notifications.caFile');
  const trouble =
    why === null ? [] : [{ file: place === undefined ? 'notifications.caFile' : placeText(place), message: why }];
  return [...problems, ...trouble];
}

/** What is valid by itself and does not fit this machine: a command that would never be run, another Node's name, what a node may not write. */
async function refusal(io: Io, { settings, origins }: Loaded): Promise<ReloadProblem | null> {
  const { sentinel, blockers, reboot, notifications, credentials } = settings;
  const at = (key: Key, message: string): ReloadProblem => {
    const place = origins.get(key);
    return { file: place === undefined ? key : placeText(place), message };
  };
  const commands = [
    ['sentinel.command', sentinel.command],
    ['reboot.command', reboot.method === 'command' ? reboot.command : null],
    ['notifications.command', notifications.command],
    ...blockers.commands.map(({ command }) => ['blockers.commands', command] as const),
  ] as const;
  for (const [key, argv] of commands) {
    const why = argv === null ? null : await commandTrouble(argv, trustHere(io));
    if (why !== null) return at(key, `${key} names ${outsideText(argv?.[0] ?? '', 200)}, which ${why}`);
  }
  const other = await nameContradiction(credentials, io.clock, io.signal);
  if (other !== null) return at('credentials.nodeName', reasonSentence(other));
  const beyond = beyondNode(settings.node);
  const node = beyond === null ? null : await nodeCertificate(credentials, io.clock, io.signal);
  return beyond === null || node === null ? null : at(beyond.key, `${beyondText(beyond)} (now ${node})`);
}

function problemLine({ file, place, message }: ConfigProblem): ReloadProblem {
  return { file: place === null ? file : placeText(place), message };
}
