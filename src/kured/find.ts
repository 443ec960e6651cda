import { loadAll } from 'js-yaml';
import { isKured, readDaemonSet } from './daemon-set.ts';
import type { Found, Mount } from './found.ts';
import { isHelmValues, readHelmValues } from './helm.ts';
import { isMap, type Json, mapAt, mapsIn } from './json.ts';
import { splitCommand } from './shlex.ts';

/** What a file or a command line says of kured, or a sentence for why that cannot be told. */
export type Finding = { readonly found: Found; readonly as: string } | { readonly why: string };

/** kured's own manifest has this mount; a command line shows none. */
const usualMounts: readonly Mount[] = [{ inside: '/sentinel', outside: '/var/run' }];

/** Arguments as they stand behind the program's name, or with it, and variables of its environment. */
export function fromArguments(words: readonly string[], env: Readonly<Record<string, string | undefined>>): Found {
  const args = /(^|\/)kured$/.test(words[0] ?? '') ? words.slice(1) : words;
  const variables = Object.entries(env)
    .filter(([name]) => name.startsWith('KURED_'))
    .map(([name, value]) => ({ name, value: value ?? '', from: '' }));
  return { args, added: [], env: variables, inPod: false, mounts: usualMounts, notes: [] };
}

/** A DaemonSet, alone or among other objects; values of the Helm chart, also as those of a chart that holds it; or a command line, with variables before it. */
export function fromText(text: string): Finding {
  const documents = yamlOf(text);
  const daemonSets = (documents ?? []).flatMap(daemonSetsIn);
  if (daemonSets.length > 0) return oneOf(daemonSets);
  const values = documents?.flatMap((one) => [one, mapAt(one, 'kured')]).find(isHelmValues);
  if (values !== undefined) return { found: readHelmValues(values), as: 'values of its Helm chart' };
  const words = splitCommand(text.replaceAll(/\\\r?\n/g, ' '));
  if (words === null || !words.some((word) => /^--?[a-z]|^KURED_\w+=/.test(word))) {
    return { why: 'this is neither a DaemonSet, nor values of the chart of kured, nor a command line with flags' };
  }
  return { found: fromCommandLine(words), as: 'a command line' };
}

/** The one DaemonSet of kured that an API server gave. */
export function fromDaemonSet(daemonSet: Json): Finding {
  return oneOf([daemonSet]);
}

function oneOf(daemonSets: readonly Json[]): Finding {
  const ofKured = daemonSets.filter((one) =>
    mapsIn(mapAt(one, 'spec', 'template', 'spec')['containers']).some(isKured),
  );
  const [first, second] = ofKured.length > 0 ? ofKured : daemonSets;
  if (first === undefined || second !== undefined) {
    const names = (ofKured.length > 0 ? ofKured : daemonSets).map((one) => String(mapAt(one, 'metadata')['name']));
    return {
      why: `there are several DaemonSets that could be kured (${names.join(', ').slice(0, 200)}); give one of them`,
    };
  }
  const read = readDaemonSet(first);
  return 'why' in read ? read : { found: read.found, as: `the DaemonSet ${String(mapAt(first, 'metadata')['name'])}` };
}

function fromCommandLine(words: readonly string[]): Found {
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  const set = first === -1 ? words : words.slice(0, first);
  const env = Object.fromEntries(
    set.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  const rest = first === -1 ? [] : words.slice(first);
  return fromArguments(rest[0]?.startsWith('-') === false ? rest.slice(1) : rest, env);
}

function daemonSetsIn(document: unknown): readonly Json[] {
  if (!isMap(document)) return [];
  if (document['kind'] === 'DaemonSet') return [document];
  return document['kind'] === 'List' || document['kind'] === 'DaemonSetList'
    ? mapsIn(document['items']).filter(isDaemonSet)
    : [];
}

/** Entries of a DaemonSetList have no kind of their own. */
function isDaemonSet(of: Json): boolean {
  return of['kind'] === 'DaemonSet' || of['kind'] === undefined;
}

function yamlOf(text: string): readonly unknown[] | null {
  try {
    const documents: unknown = loadAll(text);
    return Array.isArray(documents) ? documents : null;
  } catch {
    return null;
  }
}
