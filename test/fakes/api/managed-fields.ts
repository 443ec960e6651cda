import { canonical, isMap, type Json, type JsonMap, type KubeObject, type ManagedFields } from './object.ts';

export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** "status", or "" for the object itself. */
  readonly subresource: string;
  readonly time: string;
}

/** A leaf of an object: the steps to it, each as fieldsV1 writes it ("f:spec", `k:{"type":"Ready"}`). */
type Leaves = Map<string, string>;

/**
 * metadata.managedFields after a write: who wrote a leaf last owns it alone, and what nobody has any more is owned by
 * nobody. An object that was made without anything to own never gets managedFields (apimachinery's skipnonapplied.go). Of
 * Kubernetes' rules only those for updates; nothing here is ever applied from the server's side.
 */
export function managedFields(before: KubeObject | null, after: KubeObject, writer: Writer): ManagedFields[] {
  const old = leaves(before);
  const now = leaves(after);
  const changed = [...now].filter(([path, value]) => old.get(path) !== value).map(([path]) => path);
  const gone = [...old.keys()].filter((path) => !now.has(path));
  const entries = before?.metadata.managedFields ?? [];
  if (before !== null && entries.length === 0) return [];
  if (changed.length === 0 && gone.length === 0) return entries;
  const lost = new Set([...changed, ...gone]);
  const kept = entries.map((entry) => {
    const left = pathsOf(entry.fieldsV1).filter((path) => !lost.has(path));
    return { entry, paths: isWriters(entry, writer) ? [...left, ...changed] : left };
  });
  if (changed.length > 0 && !kept.some(({ entry }) => isWriters(entry, writer)))
    kept.push({ entry: newEntry(writer), paths: changed });
  return kept
    .filter(({ paths }) => paths.length > 0)
    .map(({ entry, paths }) => ({
      ...entry,
      ...(isWriters(entry, writer) && changed.length > 0 ? { time: writer.time } : {}),
      fieldsV1: fieldsOf(paths),
    }));
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

function leaves(object: KubeObject | null): Leaves {
  const found: Leaves = new Map();
  if (object === null) return found;
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const owned = Object.fromEntries(Object.entries(metadata).filter(([key]) => !unowned.includes(key)));
  collect({ metadata: owned, ...rest }, [], found);
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
