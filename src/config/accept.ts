import * as v from 'valibot';
import type { Settings } from '../core/settings.ts';
import { parseFragment } from './fragment.ts';
import { merge } from './merge.ts';
import type { Place } from './place.ts';
import { type ConfigProblem, type ConfigWarning, problemIn } from './problem.ts';
import { type Given, readKeys } from './read-keys.ts';
import { checkRules } from './rules.ts';
import { type Key, keys, rowOf, type Values } from './schema.ts';
import { settingsOf } from './settings.ts';
import type { TreeEntry, TreeMap } from './tree.ts';

/** Where each value came from: the place of its key; a key that is not in it has its default. */
export type Origins = ReadonlyMap<Key, Place>;

export type Acceptance =
  | {
      readonly valid: true;
      readonly settings: Settings;
      readonly origins: Origins;
      readonly warnings: readonly ConfigWarning[];
    }
  | Refusal;

export interface Refusal {
  readonly valid: false;
  readonly problems: readonly ConfigProblem[];
}

/** The text of one file, under the name that places show. */
export interface ConfigText {
  readonly file: string;
  readonly text: string;
}

const mostProblems = 50;

/**
 * What the texts say together, later ones over earlier ones, as settings; or all that is wrong in any of them, also in
 * what a later one overrides. Never a part of it: settings come from texts that are good as a whole.
 */
export function acceptTexts(texts: readonly ConfigText[]): Acceptance {
  const trees: TreeMap[] = [];
  const problems: ConfigProblem[] = [];
  for (const { text, file } of texts) {
    const fragment = parseFragment(text, file);
    if (fragment.valid) trees.push(withLists(fragment.tree));
    problems.push(...(fragment.valid ? readKeys(fragment.tree).problems : fragment.problems));
  }
  return problems.length > 0 ? refuse(problems) : acceptTree(trees.reduce(merge, nothing));
}

/** What holds where nobody says anything. */
export function defaultSettings(): Settings {
  return settingsOf(valuesFrom(new Map()));
}

/** At most 50 problems; how many more there are is told in the last. */
export function refuse(problems: readonly ConfigProblem[]): Refusal {
  const last = problems.at(-1);
  if (last === undefined || problems.length <= mostProblems) return { valid: false, problems };
  const more = problemIn('more-problems', last.file, `${problems.length - mostProblems} more problems are not shown`);
  return { valid: false, problems: [...problems.slice(0, mostProblems), more] };
}

const nothing: TreeMap = { kind: 'map', entries: new Map(), at: { file: '', line: 1, column: 1 } };

/**
 * A map as the value of a key in a section whose values are lists, good by itself, stands for a list of it alone. As a list it replaces that of an
 * earlier file, so that a server of one file never gets the login of another.
 */
function withLists(tree: TreeMap): TreeMap {
  const listed = ({ keyAt, value }: TreeEntry): TreeEntry =>
    value.kind === 'map' ? { keyAt, value: { kind: 'list', items: [value], at: value.at } } : { keyAt, value };
  const inSection = ({ keyAt, value }: TreeEntry, section: string): TreeEntry => {
    if (value.kind !== 'map') return { keyAt, value };
    const inner = (entry: TreeEntry, name: string) => (isMapKey(`${section}.${name}`) ? entry : listed(entry));
    return { keyAt, value: { ...value, entries: mapped(value.entries, inner) } };
  };
  return { ...tree, entries: mapped(tree.entries, inSection) };
}

/** A map that files give together, each its own part. */
function isMapKey(name: string): boolean {
  const key = keys.find((known) => known === name);
  return key !== undefined && rowOf(key).kind.isMap === true;
}

function mapped(
  entries: TreeMap['entries'],
  change: (entry: TreeEntry, name: string) => TreeEntry,
): ReadonlyMap<string, TreeEntry> {
  return new Map([...entries].map(([name, entry]) => [name, change(entry, name)]));
}

function acceptTree(tree: TreeMap): Acceptance {
  const { given } = readKeys(tree);
  const values = valuesFrom(given);
  const { problems, warnings } = checkRules(values, given);
  if (problems.length > 0) return refuse(problems);
  const origins = new Map([...given].map(([key, { keyAt }]) => [key, keyAt]));
  return { valid: true, settings: settingsOf(values), origins, warnings };
}

/** Given values and defaults. Each value came out of its row's schema, which is what makes the cast true. */
function valuesFrom(given: ReadonlyMap<Key, Given>): Values {
  const value = (key: Key): unknown => (given.has(key) ? given.get(key)?.value : defaultOf(key));
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Values;
}

function defaultOf(key: Key): unknown {
  const row = rowOf(key);
  return row.default === null ? null : v.parse(row.kind.schema, row.default);
}
