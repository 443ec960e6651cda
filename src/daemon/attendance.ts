/** A timer this much late is no busy machine any more. */
const longestDelay = 15_000;

/**
 * Notices that nobody watched for a while: the machine slept, or this process or the whole machine was stopped (SIGSTOP, a frozen control
 * group, a paused virtual machine). What was to come by then has not come. All in milliseconds of the clock that sleeps not.
 */
export class Attendance {
  /** How often something comes at least; null: nothing has to. */
  readonly #beat: number | null;
  #last: number;
  #due: number | null = null;

  constructor(beat: number | null, now: number) {
    this.#beat = beat;
    this.#last = now;
  }

  /** Something has come: how long nobody watched before it, or null. */
  came(now: number): number | null {
    const away = this.#due !== null && now - this.#due > longestDelay ? now - this.#last : null;
    this.#last = now;
    this.#due = null;
    return away;
  }

  /** At `wakeAt` a timer fires; null: none was set. */
  waits(wakeAt: number | null): void {
    const times = [wakeAt, this.#beat === null ? null : this.#last + this.#beat].filter((time) => time !== null);
    this.#due = times.length === 0 ? null : Math.max(this.#last, Math.min(...times));
  }
}
