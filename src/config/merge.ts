import type { Tree, TreeEntry, TreeMap } from './tree.ts';

/**
 * What two files say together, the later one after the earlier: maps merge, lists and single values replace, a written
 * `null` takes the key away and so returns it to its default. A heading with nothing under it (`drain:`) says nothing
 * about what is under it elsewhere. Every value keeps the place it came from.
 */
export function merge(earlier: TreeMap, later: TreeMap): TreeMap {
  const entries = new Map<string, TreeEntry>(earlier.entries);
  for (const [key, entry] of later.entries) {
    const together = mergeEntry(entries.get(key), entry);
    if (together === null) entries.delete(key);
    else entries.set(key, together);
  }
  return { kind: 'map', entries, at: later.at };
}

function mergeEntry(earlier: TreeEntry | undefined, later: TreeEntry): TreeEntry | null {
  const before = earlier?.value.kind === 'map' ? earlier.value : null;
  const { value } = later;
  if (value.kind === 'map') return { keyAt: later.keyAt, value: merge(before ?? nothing(value), value) };
  if (!isNull(value)) return later;
  return value.empty && before !== null && earlier !== undefined ? earlier : null;
}

function isNull(
  value: Tree,
): value is Tree & { readonly kind: 'scalar'; readonly value: null; readonly empty: boolean } {
  return value.kind === 'scalar' && value.value === null;
}

/** Merging into it drops the nulls of a map that nothing was said about before. */
function nothing(like: TreeMap): TreeMap {
  return { kind: 'map', entries: new Map(), at: like.at };
}
