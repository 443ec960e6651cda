import type { Memory } from '../core/memory.ts';
import { isSameNeed } from '../core/need-sum.ts';
import { needNow } from '../core/phases/questions.ts';
import type { State } from '../core/phases/state.ts';
import type { Reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { MemoryStore } from '../ports/host.ts';

export interface NeedAgeParts {
  readonly clock: Clock;
  readonly memory: MemoryStore;
  readonly remembered: Memory;
  /** Told when it cannot be kept: then a restart begins to count anew. */
  readonly unkept: (why: Reason) => void;
}

/**
 * Since when this node needs a reboot, over restarts of the service. A need that grows while it waits has waited since its
 * beginning. One that is found at a start has waited since the one from before only where the two have a name in common:
 * what is met in between, unseen, never lends its age to another.
 */
export class NeedAge {
  readonly #parts: NeedAgeParts;
  #backOff: Memory['backOff'];
  #waiting: Memory['waiting'];
  #fenced: Memory['fenced'];
  #seen = false;

  constructor(parts: NeedAgeParts) {
    this.#parts = parts;
    this.#backOff = parts.remembered.backOff;
    this.#waiting = parts.remembered.waiting;
    this.#fenced = parts.remembered.fenced;
  }

  /** By this node's wall clock; null: no need was seen by this process yet, or there is none. */
  get since(): number | null {
    return this.#seen ? (this.#waiting?.since ?? null) : null;
  }

  /** The store for what decisions remember; the age stays beside it. */
  readonly store: MemoryStore = {
    read: () => this.#parts.memory.read(),
    write: ({ backOff, fenced }) => {
      this.#backOff = backOff;
      this.#fenced = fenced;
      return this.#write();
    },
  };

  /** To be called after every decision, before what it leads to is begun. */
  see({ facts }: State): void {
    const now = this.#parts.clock.now();
    const need = needNow(facts, now);
    if (need.is === 'unknown') return;
    const before = this.#waiting;
    this.#waiting = need.is === 'none' ? null : this.#grown(need.need.fingerprint, now.wall);
    this.#seen = need.is === 'new';
    if (before?.fingerprint === this.#waiting?.fingerprint && before?.since === this.#waiting?.since) return;
    void this.#write().then((why) => (why === null ? undefined : this.#parts.unkept(why)));
  }

  #grown(fingerprint: string, now: number): NonNullable<Memory['waiting']> {
    const before = this.#waiting;
    if (before === null) return { fingerprint, since: now };
    const since = this.#seen || isSameNeed(before.fingerprint, fingerprint) ? before.since : now;
    // A clock that was set back since then tells nothing about how long that is ago.
    return { fingerprint, since: Math.min(since, now) };
  }

  #write(): Promise<Reason | null> {
    return this.#parts.memory.write({ backOff: this.#backOff, waiting: this.#waiting, fenced: this.#fenced });
  }
}
