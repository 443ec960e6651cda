import type { Now } from '../core/now.ts';

/** Time and chance, the only way to either. Tests hand in one they move by hand. */
export interface Clock {
  /** This moment; each call draws fresh chance. */
  now(): Now;
  /** Milliseconds of the monotonic clock, the machine's sleep included; timers stand still while it sleeps. */
  mono(): number;
  /** Resolves after `ms` milliseconds (at most 10 minutes are slept at once); rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `then` once after `ms` milliseconds, but after `longestTimer` at the latest; the answer cancels it. */
  timer(ms: number, then: () => void): () => void;
  /**
   * A signal that aborts after `ms` milliseconds, however many, or together with `signal`. Dispose it when the work is done, so that no
   * timer is left behind. The abort reason after the time is a DeadlineError.
   */
  deadline(ms: number, signal: AbortSignal): Deadline;
}

/** No timer is longer than ten minutes: Node's overflow at 24.8 days, and no timer sees that the clock was set. */
export const longestTimer = 600_000;

/** A timer for any length of time, made of as many as it takes; the machine's sleep counts. */
export function after(clock: Pick<Clock, 'mono' | 'timer'>, ms: number, then: () => void): () => void {
  const due = clock.mono() + ms;
  let cancel = (): void => {};
  const wait = (): void => {
    const left = due - clock.mono();
    cancel = clock.timer(left, left > longestTimer ? wait : then);
  };
  wait();
  return () => cancel();
}

export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** The time that was given for something ran out. */
export class DeadlineError extends Error {
  readonly code = 'deadline';
  readonly ms: number;

  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'DeadlineError';
    this.ms = ms;
  }
}
