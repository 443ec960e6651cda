import { fraction } from '../core/now.ts';
import type { Clock } from '../ports/clock.ts';

const shortest = 200;
const longest = 30_000;

/** Growing, jittered pauses between tries: 0.2 s, doubled each time, at most 30 s; each between half and one and a half of that. */
export class Pace {
  readonly #clock: Clock;
  #tries = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reset(): void {
    this.#tries = 0;
  }

  /** Sleeps, at least `seconds` where the server asked for so many; false when the signal ended it. */
  async wait(signal: AbortSignal, seconds: number | null = null): Promise<boolean> {
    const ms = Math.min(longest, shortest * 2 ** this.#tries) * (0.5 + fraction(this.#clock.now()));
    this.#tries = Math.min(this.#tries + 1, 16);
    try {
      await this.#clock.sleep(Math.max(ms, Math.min((seconds ?? 0) * 1000, longest)), signal);
      return true;
    } catch {
      return false;
    }
  }
}
