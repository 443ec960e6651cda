import { notNewer, type ObjectMeta } from './watch-events.ts';

interface Known {
  readonly version: string;
  /** The view as JSON, to tell whether a later one is another. */
  readonly view: string;
}

/** How far a watch has come: the version it can go on from, and what was told of each object. */
export class Seen<T> {
  #position = '';
  #base = '';
  #known: Map<string, Known> | null = null;

  /** The version a watch can go on from; empty: it has to begin anew. */
  get position(): string {
    return this.#position;
  }

  /** All there is was read at `version`: nothing that is not newer is news. True when it is not what was told before. */
  begin(version: string, objects: readonly (readonly [ObjectMeta, T])[]): boolean {
    const before = this.#known;
    this.#position = version;
    this.#base = version;
    this.#known = new Map(objects.map(([meta, view]) => [meta.uid, known(meta, view)]));
    return before === null || !same(before, this.#known);
  }

  /** The version is no longer kept, or not to be trusted; what was told stays told. */
  expire(): void {
    this.#position = '';
  }

  /** Whether an event about this version is older than, or the same as, what was read or told already. */
  isOld(meta: ObjectMeta): boolean {
    return notNewer(meta.version, this.#base) || notNewer(meta.version, this.#known?.get(meta.uid)?.version ?? '');
  }

  note(meta: ObjectMeta, what: 'changed' | 'deleted', view: T): void {
    if (what === 'changed') this.#known?.set(meta.uid, known(meta, view));
    else this.#known?.delete(meta.uid);
    this.reach(meta.version);
  }

  /** Everything up to this version was told. */
  reach(version: string): void {
    if (version !== '' && !notNewer(version, this.#position)) this.#position = version;
  }
}

function known<T>(meta: ObjectMeta, view: T): Known {
  return { version: meta.version, view: JSON.stringify(view) };
}

function same(one: ReadonlyMap<string, Known>, other: ReadonlyMap<string, Known>): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([uid, { version, view }]) => {
    const now = other.get(uid);
    return now?.version === version && now.view === view;
  });
}
