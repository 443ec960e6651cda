import type { KubeObject } from '../fakes/api/object.ts';
import type { Commit, Store } from '../fakes/store.ts';
import type { Seen, Wrote } from './seen.ts';

/** The pool's Lease, and the time. */
export interface StoreWatch {
  readonly lease: { readonly namespace: string; readonly name: string };
  /** Milliseconds; undefined in a history without times. */
  readonly now: () => number | undefined;
}

/**
 * Tells what the fake API server's store commits to the pool's Lease, Nodes and pods: first how they stand, then each change in
 * its order, and each restore. The answer ends it.
 */
export function watchStore(store: Store, { lease, now }: StoreWatch, tell: (seen: Seen) => void): () => void {
  const objects = (): readonly Pick<Wrote, 'what' | 'name' | 'object'>[] =>
    [leases, 'nodes', 'pods'].flatMap((resource) =>
      store.list(resource).flatMap((object) => thing(resource, object, lease) ?? []),
    );
  tell({ is: 'restored', at: now(), objects: objects() });
  return store.subscribe({
    committed({ resource, type, object, by }: Commit) {
      const found = thing(resource, object, lease);
      if (found === null) return;
      const as = by.as === null ? {} : { as: by.as };
      tell({ is: 'wrote', at: now(), ...found, by: by.user, ...as, ...(type === 'DELETED' ? { object: null } : {}) });
    },
    restored: () => tell({ is: 'restored', at: now(), objects: objects() }),
  });
}

const leases = 'leases.coordination.k8s.io';

function thing(
  resource: string,
  object: KubeObject,
  lease: StoreWatch['lease'],
): Pick<Wrote, 'what' | 'name' | 'object'> | null {
  const { namespace = '', name = '' } = object.metadata;
  if (resource === 'nodes') return { what: 'node', name, object };
  if (resource === 'pods') return { what: 'pod', name: `${namespace}/${name}`, object };
  const isPools = resource === leases && namespace === lease.namespace && name === lease.name;
  return isPools ? { what: 'lease', name, object } : null;
}
