import * as v from 'valibot';
import type { Place } from './place.ts';
import { type ConfigProblem, problemAt } from './problem.ts';
import { type Key, keyParts, keys, rowOf, sections } from './schema.ts';
import { shown } from './shown.ts';
import { plainOf, type Tree, type TreeEntry, type TreeMap } from './tree.ts';
import { unknownKey } from './unknown-key.ts';

/** A key that a file gives a value, checked. */
export interface Given {
  readonly value: unknown;
  readonly keyAt: Place;
  readonly valueAt: Place;
}

export interface KeysReading {
  readonly given: ReadonlyMap<Key, Given>;
  readonly problems: readonly ConfigProblem[];
}

/** Checks every key and value by the table of keys, each on its own; tells all problems. A null value gives nothing. */
export function readKeys(tree: TreeMap): KeysReading {
  const given = new Map<Key, Given>();
  const problems: ConfigProblem[] = [];
  for (const finding of findings(tree)) {
    if ('problem' in finding) problems.push(finding.problem);
    else given.set(finding.key, finding.given);
  }
  return { given, problems };
}

type Finding = { readonly problem: ConfigProblem } | { readonly key: Key; readonly given: Given };

function* findings(tree: TreeMap): Generator<Finding> {
  for (const [name, entry] of tree.entries) {
    if (sections.has(name)) yield* inSection(name, entry.value);
    else yield* atKey(null, name, entry);
  }
}

function* inSection(section: string, value: Tree): Generator<Finding> {
  if (value.kind === 'map') {
    for (const [name, entry] of value.entries) yield* atKey(section, name, entry);
  } else if (value.kind === 'list' || value.value !== null) {
    const message = `${section} must be a map of keys, for example "${sectionExample(section)}"; it is ${shown(plainOf(value))}`;
    yield { problem: problemAt('wrong-type', value.at, message) };
  }
}

function* atKey(section: string | null, name: string, entry: TreeEntry): Generator<Finding> {
  const key = keys.find((known) => keyParts(known).section === section && keyParts(known).name === name);
  if (key === undefined) {
    yield { problem: problemAt('unknown-key', entry.keyAt, unknownKey(section, name)) };
    return;
  }
  const { keyAt, value } = entry;
  if (value.kind === 'scalar' && value.value === null) return;
  const checked = v.safeParse(rowOf(key).kind.schema, plainOf(value), { abortPipeEarly: true });
  if (checked.success) yield { key, given: { value: checked.output, keyAt, valueAt: value.at } };
  else for (const issue of checked.issues) yield { problem: valueProblem(key, value, issue) };
}

function valueProblem(key: Key, value: Tree, issue: v.BaseIssue<unknown>): ConfigProblem {
  const { kind, example } = rowOf(key);
  const { culprit, subject } = culpritOf(value, issue.path ?? []);
  const why = issue.message === '' ? '' : `, ${issue.message}`;
  const isType = issue.kind === 'schema' && issue.type !== 'picklist';
  const message = `${key} must be ${kind.expected}, for example ${example}; ${subject} is ${shown(plainOf(culprit))}${why}`;
  return problemAt(isType ? 'wrong-type' : 'bad-value', culprit.at, message);
}

/** The innermost part of the value that the issue names, and how to call it: `it`, `entry 2`, `start of entry 2`, or `url` of a map. */
function culpritOf(value: Tree, path: readonly { readonly key: unknown }[]): { culprit: Tree; subject: string } {
  const [first, second] = path.map(({ key }) => key);
  const alone = value.kind === 'map' ? value.entries.get(String(first))?.value : undefined;
  if (alone !== undefined) return { culprit: alone, subject: String(first) };
  const entry = value.kind === 'list' && typeof first === 'number' ? value.items[first] : undefined;
  if (entry === undefined) return { culprit: value, subject: 'it' };
  const subject = `entry ${Number(first) + 1}`;
  const inner = entry.kind === 'map' ? entry.entries.get(String(second))?.value : undefined;
  return inner === undefined ? { culprit: entry, subject } : { culprit: inner, subject: `${second} of ${subject}` };
}

function sectionExample(section: string): string {
  const first = keys.find((key) => keyParts(key).section === section);
  return first === undefined ? `${section}: {}` : `${section}: {${keyParts(first).name}: ${rowOf(first).example}}`;
}
