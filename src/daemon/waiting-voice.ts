import { type Reason, reasonSentence } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';

const repeat = 3_600_000;
/** No sleep of the clock is longer. */
const look = 600_000;

/** What the service waits for while it has no daemon: told when it changes, and once an hour. */
export class WaitingVoice {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #status: (sentence: string) => void;
  #reason: Reason | null = null;
  #toldAt = 0;

  constructor(clock: Clock, log: Log, status: (sentence: string) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#status = status;
  }

  get reason(): Reason | null {
    return this.#reason;
  }

  wait(why: Reason | null): void {
    const same = JSON.stringify(why) === JSON.stringify(this.#reason);
    this.#reason = why;
    if (why === null || same) return;
    this.#toldAt = this.#clock.mono();
    this.#log.event('reason-changed', { reason: why });
    this.#status(`waiting: ${reasonSentence(why)}`);
  }

  async repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(look, signal).catch(() => {});
      if (signal.aborted || this.#reason === null || this.#clock.mono() - this.#toldAt < repeat) continue;
      this.#toldAt = this.#clock.mono();
      this.#log.event('still-waiting', { reason: this.#reason });
    }
  }
}
