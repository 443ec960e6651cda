import * as v from 'valibot';
import type { PodBlocker } from '../core/blockers/settings.ts';
import { strangeKey } from './entry-keys.ts';
import { type EntryReading, entryList } from './entry-list.ts';
import type { Kind } from './kind.ts';
import { labelName, labelSelector } from './kinds-text.ts';
import { shown } from './shown.ts';

const mostSelectors = 32;
const mostNamespaces = 64;
const keys = ['selector', 'namespaces'];

/** Pods by label selectors, each a text, or a map with the namespaces that it is for. */
export const podBlockers: Kind<readonly PodBlocker[]> = {
  type: 'list of label selectors, or of {selector, namespaces}',
  expected: 'a list of label selectors, or of {selector, namespaces}',
  schema: entryList(readBlocker, mostSelectors),
  write: (blockers) =>
    blockers.map(({ selector, namespaces }) => (namespaces === null ? selector : { selector, namespaces })),
};

function readBlocker(value: unknown): EntryReading<PodBlocker> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const why = selectorTrouble(value);
    return why === null ? { entry: { selector: String(value), namespaces: null } } : { key: null, why };
  }
  const given = new Map<string, unknown>(Object.entries(value).filter(([, of]) => of !== null));
  const strange = strangeKey(given, keys);
  if (strange !== null) return { key: null, why: strange };
  if (!given.has('selector'))
    return { key: null, why: 'which has no selector, so that it does not say which pods count' };
  const selector = given.get('selector');
  const why = selectorTrouble(selector);
  if (why !== null) return { key: 'selector', why };
  const namespaces = namespacesOf(given.get('namespaces'));
  if ('why' in namespaces) return { key: 'namespaces', why: namespaces.why };
  return { entry: { selector: String(selector), namespaces: namespaces.names } };
}

/** Null: it can be read. */
function selectorTrouble(value: unknown): string | null {
  const read = v.safeParse(labelSelector.schema, value, { abortEarly: true });
  if (read.success) return null;
  const [{ message }] = read.issues;
  return message === '' ? 'which is no label selector' : message;
}

function namespacesOf(value: unknown): { readonly names: readonly string[] | null } | { readonly why: string } {
  if (value === undefined) return { names: null };
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0) return { why: 'which is empty, so that no pod would count; leave it out for all namespaces' };
  if (names.length > mostNamespaces) return { why: `which has more than ${mostNamespaces} entries` };
  const wrong = names.find((name) => !v.is(labelName.schema, name));
  if (wrong !== undefined) return { why: `where ${shown(wrong)} is not the name of a namespace` };
  return { names: names.map(String) };
}
