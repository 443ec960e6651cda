import type { Place } from './place.ts';

/** What a YAML file says, with the place of everything it says. */
export type Tree = TreeScalar | TreeList | TreeMap;

export interface TreeScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** Nothing was written at all, as in `drain:` alone on its line; the value is null then. */
  readonly empty: boolean;
  readonly at: Place;
}

export interface TreeList {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly at: Place;
}

export interface TreeMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, TreeEntry>;
  readonly at: Place;
}

export interface TreeEntry {
  readonly keyAt: Place;
  readonly value: Tree;
}

/** A value without its places; maps become objects without a prototype. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export function plainOf(tree: Tree): Plain {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(plainOf);
    case 'map': {
      const plain: Record<string, Plain> = Object.create(null);
      for (const [key, entry] of tree.entries) plain[key] = plainOf(entry.value);
      return plain;
    }
  }
}
