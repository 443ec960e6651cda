import { badRequest, patchFailed, unsupportedMediaType } from './errors.ts';
import { isMap, type Json, type JsonMap, listAt, same, thaw } from './object.ts';

/** RFC 7386, RFC 6902 and Kubernetes' strategic merge patch, by the request's content type. */
export function patched(object: JsonMap, contentType: string, body: string): JsonMap {
  const [type = ''] = contentType.split(';');
  const patch = parse(body);
  switch (type.trim()) {
    case 'application/merge-patch+json':
      return mergePatch(object, mustMap(patch));
    case 'application/strategic-merge-patch+json':
      return strategicMergePatch(object, mustMap(patch));
    case 'application/json-patch+json':
      return jsonPatch(object, patch);
    default:
      throw unsupportedMediaType([
        'application/json-patch+json',
        'application/merge-patch+json',
        'application/strategic-merge-patch+json',
      ]);
  }
}

function parse(body: string): Json {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding patch: ${String(error)}`);
  }
}

function mustMap(patch: Json): JsonMap {
  if (!isMap(patch)) throw badRequest('error decoding patch: it is no object');
  return patch;
}

function mergePatch(target: JsonMap, patch: JsonMap): JsonMap {
  const merged: JsonMap = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isMap(value)) merged[key] = mergePatch(isMap(merged[key]) ? merged[key] : {}, value);
    else merged[key] = value;
  }
  return merged;
}

/** Lists that are merged by a key, and the key; every other list of objects is replaced. */
const mergeKeys: Readonly<Record<string, string>> = {
  conditions: 'type',
  addresses: 'type',
  taints: 'key',
  ownerReferences: 'uid',
  containers: 'name',
  volumes: 'name',
};

/** Lists of plain values that are added to. */
const mergedSets = ['finalizers', 'podCIDRs'];

function strategicMergePatch(target: JsonMap, patch: JsonMap): JsonMap {
  if (patch.$patch === 'replace') {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  const merged: JsonMap = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) dropValues(merged, key, value);
    if (key.startsWith('$') || value === undefined) continue;
    if (value === null) delete merged[key];
    else merged[key] = strategicValue(key, merged[key], value);
  }
  return merged;
}

function strategicValue(key: string, old: Json | undefined, value: Json): Json {
  if (isMap(value)) return strategicMergePatch(isMap(old) ? old : {}, value);
  if (!Array.isArray(value)) return value;
  const mergeKey = mergeKeys[key];
  if (mergeKey !== undefined) return mergedList(Array.isArray(old) ? old : [], value, mergeKey);
  if (mergedSets.includes(key)) return [...new Set([...(Array.isArray(old) ? old : []), ...value])];
  return value;
}

function mergedList(old: readonly Json[], patch: readonly Json[], mergeKey: string): Json[] {
  const items = patch.filter(isMap).filter((item) => item.$patch === undefined);
  if (patch.some((item) => isMap(item) && item.$patch === 'replace')) return items;
  const deleted = patch.filter(isMap).filter((item) => item.$patch === 'delete');
  const has = (list: readonly JsonMap[], item: JsonMap): boolean =>
    list.some((each) => each[mergeKey] === item[mergeKey]);
  const known = old.filter(isMap);
  const merged = items.map((item) =>
    strategicMergePatch(known.find((each) => each[mergeKey] === item[mergeKey]) ?? {}, item),
  );
  const untouched = known.filter((each) => !has(items, each) && !has(deleted, each));
  return inOrder(untouched, merged, (each) => known.findIndex((one) => one[mergeKey] === each[mergeKey]));
}

/** What was patched keeps its place; what is new goes before what comes next (mergeSortedSlice of apimachinery's patch.go). */
function inOrder(
  untouched: readonly JsonMap[],
  patched: readonly JsonMap[],
  place: (of: JsonMap) => number,
): JsonMap[] {
  const [left, right, all] = [[...untouched], [...patched], [] as JsonMap[]];
  for (
    let [one, other] = [left[0], right[0]];
    one !== undefined || other !== undefined;
    [one, other] = [left[0], right[0]]
  ) {
    const first = other === undefined || (one !== undefined && place(one) < place(other));
    const next = (first ? left : right).shift();
    if (next !== undefined) all.push(next);
  }
  return all;
}

function dropValues(merged: JsonMap, directive: string, value: Json | undefined): void {
  const key = directive.slice(directive.indexOf('/') + 1);
  const dropped = Array.isArray(value) ? value : [];
  merged[key] = listAt(merged, key).filter((each) => !dropped.includes(each));
}

function jsonPatch(object: JsonMap, patch: Json): JsonMap {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: it is no list of operations');
  const document = { root: thaw(object) as Json };
  for (const operation of patch) {
    if (!isMap(operation)) throw badRequest('error decoding patch: an operation is no object');
    if (!perform(document, operation)) throw patchFailed();
  }
  if (!isMap(document.root)) throw patchFailed();
  return document.root;
}

function perform(document: { root: Json }, operation: JsonMap): boolean {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'test':
      return same(read(document, path), operation.value);
    case 'add':
      return write(document, path, operation.value ?? null, true);
    case 'replace':
      return read(document, path) !== undefined && write(document, path, operation.value ?? null, false);
    case 'remove':
      return remove(document, path);
    case 'copy':
    case 'move': {
      const from = pointer(operation.from);
      const value = read(document, from);
      if (value === undefined || (operation.op === 'move' && !remove(document, from))) return false;
      return write(document, path, thaw(value), true);
    }
    default:
      return false;
  }
}

function pointer(path: Json | undefined): readonly string[] {
  if (typeof path !== 'string') throw patchFailed();
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: { readonly root: Json }, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isMap(value) ? value[part] : undefined;
  }, document.root);
}

function write(document: { root: Json }, path: readonly string[], value: Json, insert: boolean): boolean {
  const last = path.at(-1);
  if (last === undefined) {
    document.root = value;
    return true;
  }
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const at = last === '-' ? parent.length : Number(last);
    if (!(at >= 0 && at <= parent.length)) return false;
    parent.splice(at, insert ? 0 : 1, value);
    return true;
  }
  if (!isMap(parent)) return false;
  parent[last] = value;
  return true;
}

function remove(document: { root: Json }, path: readonly string[]): boolean {
  const last = path.at(-1);
  if (last === undefined || read(document, path) === undefined) return false;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isMap(parent)) delete parent[last];
  return true;
}
