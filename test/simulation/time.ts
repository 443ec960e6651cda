import type { Now } from '../../src/core/now.ts';
import type { Clock, Deadline } from '../../src/ports/clock.ts';
import { seededDraws } from '../fakes/chance.ts';
import { deadlineOn, momentOf, sleepOn } from '../fakes/clock.ts';
import { TimerHeap } from '../fakes/timer-heap.ts';

/** 2026-01-05T08:00:00Z, a Monday: when every run begins. */
export const began = Date.UTC(2026, 0, 5, 8);

/** The time of a run, which everything in it shares; the API server and the world go by it, machines by clocks of their own. */
export class Time implements Clock {
  readonly #timers = new TimerHeap();
  readonly #draw: () => () => string;
  #now = 0;

  constructor(seed: number) {
    this.#draw = seededDraws(seed);
  }

  now(): Now {
    return momentOf(this.#now, began + this.#now, this.#draw());
  }

  /** Milliseconds since the run began. */
  mono(): number {
    return this.#now;
  }

  timer(ms: number, then: () => void): () => void {
    return this.#timers.add(this.#now + Math.max(0, ms), then);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  deadline(ms: number, signal: AbortSignal): Deadline {
    return deadlineOn(this, ms, signal);
  }

  /** Goes on to the next timer and does all that follows from it; false when there is none up to `end`, and it is `end` then. */
  async step(end: number): Promise<boolean> {
    const due = this.#timers.due();
    if (due === null || due > end) {
      if (end > this.#now) this.#now = end;
      return false;
    }
    this.#now = Math.max(this.#now, due);
    this.#timers.take()?.();
    await settled();
    return true;
  }
}

/**
 * Resolves when no promise is left to go on. Node calls what was given to `nextTick` once every promise callback has run, those that
 * come of others included; nothing in a simulation uses sockets, files, the event loop's own timers or `nextTick` itself. A turn of
 * the event loop would do as well, at a fifteenth more of all time.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
