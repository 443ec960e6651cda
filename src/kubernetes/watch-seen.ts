import { notNewer, type ObjectMeta } from './watch-events.ts';

/** How far a watch has come: the version it can go on from, and what was seen of each object. */
export class Seen {
  #position = '';
  #base = '';
  readonly #known = new Map<string, string>();

  /** The version a watch can go on from; empty: it has to begin anew. */
  get position(): string {
    return this.#position;
  }

  /** A list, or a single object, was read at `version`: nothing that is not newer is news. */
  begin(version: string, metas: readonly ObjectMeta[]): void {
    this.#position = version;
    this.#base = version;
    this.#known.clear();
    for (const meta of metas) this.#known.set(meta.uid, meta.version);
  }

  forget(): void {
    this.begin('', []);
  }

  /** Whether an event about this version is older than, or the same as, what was read or told already. */
  isOld(meta: ObjectMeta): boolean {
    return notNewer(meta.version, this.#base) || notNewer(meta.version, this.#known.get(meta.uid) ?? '');
  }

  note(meta: ObjectMeta, what: 'changed' | 'deleted'): void {
    if (what === 'changed') this.#known.set(meta.uid, meta.version);
    else this.#known.delete(meta.uid);
    this.reach(meta.version);
  }

  /** Everything up to this version was told. */
  reach(version: string): void {
    if (version !== '' && !notNewer(version, this.#position)) this.#position = version;
  }
}
