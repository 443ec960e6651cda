import type { Loaded } from '../config/load.ts';
import { type ConfigProblem, problemAt, problemIn } from '../config/problem.ts';
import type { Key } from '../config/schema.ts';
import { beyondNode, beyondText } from '../core/node-restriction.ts';
import { outsideText } from '../core/outside-text.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import { trustHere } from '../daemon/machine-here.ts';
import { commandTrouble } from '../daemon/trusted-commands.ts';
import { nameContradiction, nodeCertificate } from '../kubernetes/contradiction.ts';
import { authoritiesTrouble } from '../notify/authorities.ts';
import { readTargetFiles } from '../notify/files.ts';
import type { Io } from './io.ts';

/** The keys whose values can be right by themselves and yet not fit a machine: they name what is on it. */
export function keysOfMachine(settings: Settings): readonly Key[] {
  const { urlFiles, caFile } = settings.notifications;
  const beyond = beyondNode(settings.node);
  const named: readonly (readonly [key: Key, named: boolean])[] = [
    ...commandsOf(settings).map(([key]) => [key, true] as const),
    ['credentials.nodeName', settings.credentials.nodeName !== null],
    ['notifications.urlFiles', urlFiles.length > 0],
    ['notifications.caFile', caFile !== null],
  ];
  const keys = named.flatMap(([key, is]) => (is ? [key] : []));
  return [...new Set(beyond === null ? keys : [...keys, beyond.key])];
}

/**
 * What is valid by itself and does not fit this machine: a command that would never be run, another Node's name, what a node
 * may not write, what is wrong in the files that notifications name. A start refuses it, a reload and "config check" as well.
 */
export async function unfitHere(io: Io, loaded: Loaded): Promise<readonly ConfigProblem[]> {
  const found = [commandProblems, nodeProblems, notificationProblems].map((problems) => problems(io, loaded));
  return (await Promise.all(found)).flat();
}

/** The same but for what the API server is asked about anyway: whose Node it is, and what may be written on it. */
export async function unfitFiles(io: Io, loaded: Loaded): Promise<readonly ConfigProblem[]> {
  const found = [commandProblems, notificationProblems].map((problems) => problems(io, loaded));
  return (await Promise.all(found)).flat();
}

function commandsOf({ sentinel, blockers, reboot, notifications }: Settings) {
  const commands: readonly (readonly [key: Key, argv: readonly string[] | null])[] = [
    ['sentinel.command', sentinel.command],
    ['reboot.command', reboot.method === 'command' ? reboot.command : null],
    ['notifications.command', notifications.command],
    ...blockers.commands.map(({ command }) => ['blockers.commands', command] as const),
  ];
  return commands.flatMap(([key, argv]) => (argv === null ? [] : [[key, argv] as const]));
}

async function commandProblems(io: Io, loaded: Loaded): Promise<readonly ConfigProblem[]> {
  const found = commandsOf(loaded.settings).map(async ([key, argv]) => {
    const why = await commandTrouble(argv, trustHere(io));
    return why === null ? [] : [unfit(loaded, key, `${key} names ${outsideText(argv[0] ?? '', 200)}, which ${why}`)];
  });
  return (await Promise.all(found)).flat();
}

async function nodeProblems(io: Io, loaded: Loaded): Promise<readonly ConfigProblem[]> {
  const { credentials, node } = loaded.settings;
  const other = await nameContradiction(credentials, io.clock, io.signal);
  if (other !== null) return [unfit(loaded, 'credentials.nodeName', reasonSentence(other))];
  const beyond = beyondNode(node);
  const holder = beyond === null ? null : await nodeCertificate(credentials, io.clock, io.signal);
  if (beyond === null || holder === null) return [];
  return [unfit(loaded, beyond.key, `${beyondText(beyond)} (now ${holder})`)];
}

async function notificationProblems(_: Io, loaded: Loaded): Promise<readonly ConfigProblem[]> {
  const { urlFiles, caFile } = loaded.settings.notifications;
  const { problems } = await readTargetFiles(urlFiles);
  const why = caFile === null ? null : await authoritiesTrouble(caFile);
  return [
    ...problems.map(({ file, message }) => problemIn('unfit', file, message)),
    ...(why === null ? [] : [unfit(loaded, 'notifications.caFile', why)]),
  ];
}

function unfit({ origins }: Loaded, key: Key, message: string): ConfigProblem {
  const place = origins.get(key);
  return place === undefined ? problemIn('unfit', key, message) : problemAt('unfit', place, message);
}
