import { freeze, type KubeObject } from './api/object.ts';

/** One change of one object, at one resourceVersion. */
export interface Commit {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** "pods", "leases.coordination.k8s.io". */
  readonly resource: string;
  readonly resourceVersion: number;
  /** The object after it; of a deletion the last state, with the deletion's resourceVersion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | null;
  readonly by: Author;
}

/** Whose request made a change: the user, and whom it acted as. The control plane's own changes are nobody's. */
export interface Author {
  readonly user: string;
  readonly as: string | null;
}

const controlPlane: Author = { user: '', as: null };

/** Everything at one resourceVersion, for `restore`. */
export interface Snapshot {
  readonly revision: number;
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;
}

export interface StoreListener {
  committed(commit: Commit): void;
  /** An older state was restored: all that was known is void. */
  restored(): void;
}

/** How many changes of one resource are kept for watches that resume. */
const defaultHistory = 10_000;

/**
 * What etcd and the watch cache are to the API server: objects by resource and namespace/name, one counter of
 * resourceVersions over all of them, and the changes since the last compaction. Knows nothing of users, rules or time;
 * the same calls always give the same state.
 */
export class Store {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #history = new Map<string, Commit[]>();
  readonly #listeners = new Set<StoreListener>();
  readonly #historyLimit: number;
  #revision: number;
  /** Changes up to here are forgotten. */
  #compacted: number;
  readonly #trimmed = new Map<string, number>();
  readonly #untold: Commit[] = [];
  #author = controlPlane;

  constructor(options: { readonly revision?: number; readonly history?: number } = {}) {
    this.#revision = options.revision ?? 1;
    this.#compacted = this.#revision;
    this.#historyLimit = options.history ?? defaultHistory;
  }

  /** The resourceVersion of the last change. */
  get revision(): number {
    return this.#revision;
  }

  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(key(namespace, name));
  }

  /** In the order of namespace and name, as etcd's keys are. Namespace "" means all. */
  list(resource: string, namespace = ''): readonly KubeObject[] {
    const all = [...(this.#objects.get(resource)?.entries() ?? [])];
    const mine = namespace === '' ? all : all.filter(([each]) => each.startsWith(`${namespace}/`));
    return mine.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Writes the object, new or not, with the next resourceVersion. What may be written, and over what, is decided before. */
  put(resource: string, object: KubeObject): KubeObject {
    const { namespace = '', name = '' } = object.metadata;
    const previous = this.get(resource, namespace, name) ?? null;
    const stored = this.#stamp(object);
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, objects.set(key(namespace, name), stored));
    this.#commit({ type: previous === null ? 'ADDED' : 'MODIFIED', resource, object: stored, previous });
    return stored;
  }

  /** Removes it; answers its last state with the deletion's resourceVersion, or undefined when it was not there. */
  remove(resource: string, namespace: string, name: string): KubeObject | undefined {
    const previous = this.get(resource, namespace, name);
    if (previous === undefined) return undefined;
    this.#objects.get(resource)?.delete(key(namespace, name));
    const object = this.#stamp(previous);
    this.#commit({ type: 'DELETED', resource, object, previous });
    return object;
  }

  /** The changes of one resource after that resourceVersion, oldest first; the oldest that can be asked for when they are gone. */
  since(resource: string, revision: number): readonly Commit[] | { readonly oldest: number } {
    const oldest = Math.max(this.#compacted, this.#trimmed.get(resource) ?? 0);
    if (revision < oldest) return { oldest };
    return (this.#history.get(resource) ?? []).filter((commit) => commit.resourceVersion > revision);
  }

  /** Forgets all changes so far, as a compaction or a restarted API server does; the objects stay. */
  compact(): void {
    this.#compacted = this.#revision;
    this.#history.clear();
  }

  /** Is told of each change after it is made, in order; the answer ends it. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  snapshot(): Snapshot {
    const objects = new Map([...this.#objects].map(([resource, inner]) => [resource, new Map(inner)]));
    return { revision: this.#revision, objects };
  }

  /** Brings an older state back, as a restored etcd does: the resourceVersion counter goes back too. */
  restore(snapshot: Snapshot): void {
    this.#objects.clear();
    for (const [resource, inner] of snapshot.objects) this.#objects.set(resource, new Map(inner));
    this.#revision = snapshot.revision;
    this.#trimmed.clear();
    this.compact();
    for (const listener of [...this.#listeners]) listener.restored();
  }

  /** Does the work; every change that it makes, and what these bring about at once, is that author's. */
  by<T>(author: Author, work: () => T): T {
    const before = this.#author;
    this.#author = author;
    try {
      return work();
    } finally {
      this.#author = before;
    }
  }

  #stamp(object: KubeObject): KubeObject {
    this.#revision += 1;
    return freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } });
  }

  #commit(change: Omit<Commit, 'resourceVersion' | 'by'>): void {
    const commit: Commit = { ...change, resourceVersion: this.#revision, by: this.#author };
    const history = this.#history.get(change.resource) ?? [];
    history.push(commit);
    this.#history.set(change.resource, history);
    if (history.length > this.#historyLimit) {
      const [dropped] = history.splice(0, 1);
      if (dropped !== undefined) this.#trimmed.set(change.resource, dropped.resourceVersion);
    }
    this.#tell(commit);
  }

  /** In order also when a listener writes in turn: all hear of one change before anybody hears of the next. */
  #tell(commit: Commit): void {
    this.#untold.push(commit);
    if (this.#untold.length > 1) return;
    for (let next = this.#untold[0]; next !== undefined; next = this.#untold[0]) {
      for (const listener of [...this.#listeners]) listener.committed(next);
      this.#untold.shift();
    }
  }
}

function key(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
