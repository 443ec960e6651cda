import { canonical, isMap, type Json, type JsonMap, type KubeObject, type ManagedFields } from './object.ts';

export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** "status", or "" for the object itself. */
  readonly subresource: string;
  readonly time: string;
}

/** Leaves of an object: the steps to each, as fieldsV1 writes them ("f:spec", `k:{"type":"Ready"}`), and what is there. */
type Leaves = Map<string, string>;

/**
 * metadata.managedFields after a write: who wrote a leaf last owns it alone, and what nobody has any more is owned by
 * nobody. An object that was made without anything to own never gets managedFields (apimachinery's skipnonapplied.go). Of
 * Kubernetes' rules only those for updates; nothing here is ever applied from the server's side.
 */
export function managedFields(before: KubeObject | null, after: KubeObject, writer: Writer): ManagedFields[] {
  const entries = before?.metadata.managedFields ?? [];
  if (before !== null && entries.length === 0) return [];
  const difference: Difference = { changed: [], gone: [] };
  compare(owned(before), owned(after), [], difference);
  const { changed, gone } = difference;
  if (changed.length === 0 && gone.length === 0) return entries;
  const lost = new Set([...changed, ...gone]);
  const kept = entries.flatMap((entry) => {
    const mine = isWriters(entry, writer) ? changed : [];
    return rewritten(entry, lost, mine, writer.time) ?? [];
  });
  if (changed.length > 0 && !entries.some((entry) => isWriters(entry, writer)))
    kept.push({ ...newEntry(writer), fieldsV1: fieldsOf(changed) });
  return kept;
}

/** The entry without the leaves it lost and with those it gained; null when none is left. */
function rewritten(
  entry: ManagedFields,
  lost: ReadonlySet<string>,
  gained: readonly string[],
  time: string,
): ManagedFields | null {
  const had = pathsOf(entry.fieldsV1);
  const left = had.filter((path) => !lost.has(path));
  if (left.length + gained.length === 0) return null;
  if (gained.length === 0) return left.length === had.length ? entry : { ...entry, fieldsV1: fieldsOf(left) };
  // Most writes are of leaves that their writer owns already.
  const isSame = left.length + gained.length === had.length && gained.every((path) => had.includes(path));
  return { ...entry, time, fieldsV1: isSame ? entry.fieldsV1 : fieldsOf([...left, ...gained]) };
}

function isWriters(entry: ManagedFields, writer: Writer): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === 'Update' &&
    entry.apiVersion === writer.apiVersion &&
    (entry.subresource ?? '') === writer.subresource
  );
}

function newEntry(writer: Writer): ManagedFields {
  const { manager, apiVersion, time, subresource } = writer;
  const entry = {
    manager,
    operation: 'Update' as const,
    apiVersion,
    time,
    fieldsType: 'FieldsV1' as const,
    fieldsV1: {},
  };
  return subresource === '' ? entry : { ...entry, subresource };
}

const unowned = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
];

/** What of an object is owned by its writers. */
function owned(object: KubeObject | null): JsonMap {
  if (object === null) return {};
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const mine: JsonMap = {};
  for (const key in metadata) if (!unowned.includes(key)) mine[key] = metadata[key];
  return { metadata: mine, ...rest };
}

interface Difference {
  /** Leaves that are there now with another value, or were not there. */
  readonly changed: string[];
  readonly gone: string[];
}

function compare(old: JsonMap, now: JsonMap, at: readonly string[], into: Difference): void {
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [was, is] = [old[key], now[key]];
    if (was === is) continue;
    if (isMap(was) && isMap(is)) {
      compare(was, is, [...at, `f:${key}`], into);
      continue;
    }
    const [before, after] = [leaves(key, was, at), leaves(key, is, at)];
    for (const [path, value] of after) if (before.get(path) !== value) into.changed.push(path);
    for (const path of before.keys()) if (!after.has(path)) into.gone.push(path);
  }
}

function leaves(key: string, value: Json | undefined, at: readonly string[]): Leaves {
  const found: Leaves = new Map();
  collect({ [key]: value }, at, found);
  return found;
}

/** Lists whose items are owned one by one, and the member that names an item. */
const itemKeys: Readonly<Record<string, string>> = { conditions: 'type', addresses: 'type', ownerReferences: 'uid' };

function collect(value: JsonMap, at: readonly string[], found: Leaves): void {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const here = [...at, `f:${key}`];
    const itemKey = itemKeys[key];
    if (isMap(inner)) collect(inner, here, found);
    else if (Array.isArray(inner) && itemKey !== undefined) collectItems(inner, itemKey, here, found);
    else if (Array.isArray(inner) && key === 'finalizers')
      for (const item of inner) found.set(join([...here, `v:${JSON.stringify(item)}`]), canonical(item));
    else found.set(join(here), canonical(inner));
  }
}

function collectItems(items: readonly Json[], itemKey: string, at: readonly string[], found: Leaves): void {
  for (const item of items) {
    if (!isMap(item)) continue;
    const here = [...at, `k:${JSON.stringify({ [itemKey]: item[itemKey] })}`];
    found.set(join([...here, '.']), '');
    collect(item, here, found);
  }
}

const separator = '\n';

function join(path: readonly string[]): string {
  return path.join(separator);
}

function pathsOf(fields: JsonMap, at: readonly string[] = []): string[] {
  return Object.entries(fields).flatMap(([step, inner]) => {
    const here = [...at, step];
    return isMap(inner) && Object.keys(inner).length > 0 ? pathsOf(inner, here) : [join(here)];
  });
}

function fieldsOf(paths: readonly string[]): JsonMap {
  const fields: JsonMap = {};
  for (const path of paths.toSorted()) {
    let at = fields;
    for (const step of path.split(separator)) {
      const next = at[step];
      const inner = isMap(next) ? next : {};
      at[step] = inner;
      at = inner;
    }
  }
  return fields;
}
