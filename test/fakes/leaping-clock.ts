import { type Clock, longestTimer } from '../../src/ports/clock.ts';
import { deadlineOn, realClock, sleepOn } from './clock.ts';

interface Timer {
  readonly due: number;
  readonly then: () => void;
  handle: ReturnType<typeof setTimeout>;
}

/**
 * The machine's own time, which a test can make leap ahead: what is due by then is due at once, in its order. Sockets and
 * files are as they are, so it serves where a real server answers and a bound is too long to wait for. What is under way at
 * a leap sees its deadline pass.
 */
export class LeapingClock implements Clock {
  readonly #real = realClock();
  readonly #timers = new Set<Timer>();
  #ahead = 0;

  now(): ReturnType<Clock['now']> {
    const { mono, wall, chance } = this.#real.now();
    return { mono: mono + this.#ahead, wall: wall + this.#ahead, chance };
  }

  mono(): number {
    return this.#real.mono() + this.#ahead;
  }

  timer(ms: number, then: () => void): () => void {
    const wait = Math.min(ms, longestTimer);
    const timer: Timer = { due: this.mono() + wait, then, handle: setTimeout(() => this.#fire(timer), wait) };
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  deadline(ms: number, signal: AbortSignal): ReturnType<Clock['deadline']> {
    return deadlineOn(this, ms, signal);
  }

  leap(ms: number): void {
    this.#ahead += ms;
    const now = this.mono();
    for (const timer of [...this.#timers].toSorted((one, other) => one.due - other.due)) {
      clearTimeout(timer.handle);
      timer.handle = setTimeout(() => this.#fire(timer), Math.max(0, timer.due - now));
    }
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    timer.then();
  }
}
