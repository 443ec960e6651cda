import type { Outcome } from './plan.ts';
import { nothing, type Totals, withSeed } from './totals.ts';

/** Where a long run stands: what one call leaves for the next. */
export interface Standing {
  /** The lowest seed that was never handed out. */
  readonly next: number;
  /** Handed out and not counted: a call that was killed left them. */
  readonly open: readonly number[];
  readonly totals: Totals;
  /** Seconds that all calls took together. */
  readonly wall: number;
}

/** Nothing is done yet; `first`: the seed to begin with. */
export function unbegun(first: number): Standing {
  return { next: first, open: [], totals: nothing, wall: 0 };
}

/** Hands out seeds in turn and counts each once, however often a run is cut off and goes on. */
export class Ledger {
  #standing: Standing;
  /** Those of `open` that nobody works on. */
  readonly #left: number[];

  constructor(standing: Standing) {
    this.#standing = standing;
    this.#left = [...standing.open];
  }

  get standing(): Standing {
    return this.#standing;
  }

  take(): number {
    const left = this.#left.shift();
    if (left !== undefined) return left;
    const { next, open } = this.#standing;
    this.#standing = { ...this.#standing, next: next + 1, open: [...open, next] };
    return next;
  }

  count(seed: number, outcome: Outcome): void {
    const { open, totals } = this.#standing;
    if (!open.includes(seed)) throw new Error(`seed ${seed} was not handed out, or is counted already`);
    this.#standing = {
      ...this.#standing,
      open: open.filter((one) => one !== seed),
      totals: withSeed(totals, seed, outcome),
    };
  }

  passed(seconds: number): void {
    this.#standing = { ...this.#standing, wall: this.#standing.wall + seconds };
  }
}
