import type { Now } from '../../src/core/now.ts';
import { type Clock, longestTimer } from '../../src/ports/clock.ts';
import { deadlineOn, momentOf, sleepOn } from '../fakes/clock.ts';
import type { Gate } from './gate.ts';
import { began, type Time } from './time.ts';

/** What a machine takes for the time of day: its own offset, its own rate, and jumps. */
export class WallClock {
  readonly #time: Time;
  /** How much faster than the true time it goes: 0.0001 gains 0.36 s in an hour. */
  readonly drift: number;
  #offset: number;

  constructor(time: Time, options: { readonly offset: number; readonly drift: number }) {
    this.#time = time;
    this.drift = options.drift;
    this.#offset = options.offset;
  }

  now(): number {
    return Math.round(began + this.#offset + this.mono());
  }

  /** Milliseconds since the run began as this machine counts them; no jump changes it. */
  mono(): number {
    return this.#time.mono() * (1 + this.drift);
  }

  /** As NTP or a person sets it. */
  jump(ms: number): void {
    this.#offset += ms;
  }
}

/** The clock of one process: by its machine's clock, from its boot on; when it is dead no timer of it fires. */
export function processClock(time: Time, wall: WallClock, booted: number, draw: () => () => string, gate: Gate): Clock {
  const mono = (): number => wall.mono() - booted;
  const clock: Clock = {
    now: (): Now => momentOf(mono(), wall.now(), draw()),
    mono,
    timer: (ms, then) =>
      // As those of Node.js: whole milliseconds, at least one. So the clock has always gone on when one fires.
      gate.timer(time, Math.min(Math.max(1, Math.ceil(ms)), longestTimer) / (1 + wall.drift), () => {
        if (gate.passes('timer')) then();
      }),
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    deadline: (ms, signal) => deadlineOn(clock, ms, signal),
  };
  return clock;
}
