import { randomBytes } from 'node:crypto';
import type { Now } from '../../src/core/now.ts';
import { after, type Clock, type Deadline, DeadlineError, longestTimer } from '../../src/ports/clock.ts';
import { seededDraws } from './chance.ts';
import { TimerHeap } from './timer-heap.ts';

export interface ManualClockOptions {
  /** The wall clock at the beginning, in milliseconds since 1970; default: 2026-01-05T08:00:00Z, a Monday. */
  readonly wall?: number;
  readonly seed?: number;
}

/**
 * Time that only moves when a test says so. Timers fire in the order of their due times, each with the clock standing at
 * its moment, and all that follows from one (promises, same-process callbacks) is done before the next one fires.
 */
export class ManualClock implements Clock {
  readonly #draw: () => () => string;
  readonly #timers = new TimerHeap();
  #mono = 0;
  #wall: number;

  constructor(options: ManualClockOptions = {}) {
    this.#wall = options.wall ?? Date.UTC(2026, 0, 5, 8);
    this.#draw = seededDraws(options.seed ?? 1);
  }

  now(): Now {
    return momentOf(this.#mono, this.#wall + this.#mono, this.#draw());
  }

  mono(): number {
    return this.#mono;
  }

  timer(ms: number, then: () => void): () => void {
    return this.#timers.add(this.#mono + Math.min(Math.max(0, ms), longestTimer), then);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  deadline(ms: number, signal: AbortSignal): Deadline {
    return deadlineOn(this, ms, signal);
  }

  /** Moves time on by `ms` milliseconds; resolves when everything that became due has happened. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await this.settle();
    for (let due = this.#timers.due(); due !== null && due <= end; due = this.#timers.due()) {
      this.#mono = Math.max(this.#mono, due);
      this.#timers.take()?.();
      await this.settle();
    }
    this.#mono = end;
  }

  /** Moves time to the next timer and fires it; false when there is none. */
  async step(): Promise<boolean> {
    const due = this.#timers.due();
    if (due === null) return false;
    await this.advance(due - this.#mono);
    return true;
  }

  /** Sets the wall clock, as NTP or a person does; the monotonic one and all timers stay as they are. */
  setWall(wall: number): void {
    this.#wall = wall - this.#mono;
  }

  /** When the next timer fires, in milliseconds from now; null when there is none. */
  untilNext(): number | null {
    const due = this.#timers.due();
    return due === null ? null : due - this.#mono;
  }

  /** Resolves when no promise or immediate callback is left to run. Never knows of sockets or files. */
  async settle(): Promise<void> {
    // Two turns: a callback of the first may have queued an immediate of its own.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A moment whose chance is worked out when it is looked at. */
export function momentOf(mono: number, wall: number, chance: () => string): Now {
  return new Moment(mono, wall, chance);
}

class Moment implements Now {
  readonly mono: number;
  readonly wall: number;
  readonly #chance: () => string;

  constructor(mono: number, wall: number, chance: () => string) {
    this.mono = mono;
    this.wall = wall;
    this.#chance = chance;
  }

  get chance(): string {
    return this.#chance();
  }
}

/** The machine's own time and chance, for tests and demos that run in real time. */
export function realClock(): Clock {
  const clock: Clock = {
    now: () => ({ mono: performance.now(), wall: Date.now(), chance: randomBytes(16).toString('hex') }),
    mono: () => performance.now(),
    timer(ms, then) {
      const timer = setTimeout(then, Math.min(ms, longestTimer));
      return () => clearTimeout(timer);
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    deadline: (ms, signal) => deadlineOn(clock, ms, signal),
  };
  return clock;
}

/** `sleep` of a clock, by its timers. */
export function sleepOn(clock: Pick<Clock, 'timer'>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const give = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.timer(Math.min(ms, longestTimer), () => {
      signal.removeEventListener('abort', give);
      resolve();
    });
    signal.addEventListener('abort', give, { once: true });
  });
}

/** `deadline` of a clock, by its timers. */
export function deadlineOn(clock: Pick<Clock, 'mono' | 'timer'>, ms: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  const pass = (): void => controller.abort(signal.reason);
  const cancel = after(clock, ms, () => controller.abort(new DeadlineError(ms)));
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      cancel();
      signal.removeEventListener('abort', pass);
    },
  };
}
