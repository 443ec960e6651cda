import { reason } from '../../src/core/reasons.ts';
import type { RebootAnswer, ShutdownLook } from '../../src/core/shutdown.ts';
import type { Surroundings } from './surroundings.ts';
import type { RebootFate } from './weather.ts';

/** The machine whose logind it is, in one boot of it. */
export interface LogindOf {
  readonly node: string;
  /** As places of the run name it, "node-2/boot-3". */
  readonly place: string;
  readonly boot: string;
  power(): 'off' | 'up' | 'going-down';
  goDown(): void;
  /** Runs `work` after `ms`, unless the machine is down by then. */
  later(ms: number, work: () => void): void;
}

/** How long a call waits for its answer (sd_bus_call: 25 s). */
const patience = 25_000;

/** What asks a machine to reboot, and says whether it does: one for each boot. */
export class Logind {
  readonly #of: LogindOf;
  readonly #around: Surroundings;
  #calls = 0;
  #hangs = false;

  constructor(of: LogindOf, around: Surroundings) {
    this.#of = of;
    this.#around = around;
  }

  async look(): Promise<ShutdownLook> {
    if (this.#of.power() === 'going-down') return { is: 'under-way', what: 'reboot.target' };
    if (!this.#hangs) return { is: 'none' };
    await this.#after(patience);
    return { is: 'unknown', reason: reason('shutdown-unknown', { why: 'logind does not answer' }) };
  }

  /** A call of the process that signs with `by`. */
  async reboot(by: string): Promise<RebootAnswer> {
    const { node, boot, power, goDown } = this.#of;
    if (power() === 'off') return new Promise(() => {});
    this.#calls += 1;
    const place = `${this.#of.place}/reboot-${this.#calls}`;
    const { witness, weather } = this.#around;
    const fate = this.#hangs ? 'unanswered' : weather.rebootFate(node, place);
    witness.asked(node, boot, by, fate);
    if (fate === 'unanswered') {
      this.#hang(place);
      await this.#after(patience);
      return { is: 'unknown', reason: reason('reboot-unanswered', { why: 'no reply' }) };
    }
    if (fate === 'happens') goDown();
    await this.#after(weather.between(`${place}/answer`, 1, 200));
    return answerOf(fate);
  }

  /** It carries out what it is asked when it is well again, long after its callers have given up, or soon. */
  #hang(place: string): void {
    const { power, later, goDown } = this.#of;
    if (this.#hangs || power() !== 'up') return;
    const { weather, strikes } = this.#around;
    this.#hangs = true;
    const longest = strikes.chance(`${place}/long`) < 0.5 ? 30_000 : 1_800_000;
    later(weather.between(`${place}/hangs`, 0, longest), goDown);
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#around.time.timer(ms, resolve));
  }
}

function answerOf(fate: Exclude<RebootFate, 'unanswered'>): RebootAnswer {
  if (fate === 'refused')
    return { is: 'refused', reason: reason('blocked', { source: 'an inhibitor', why: 'a backup is running' }) };
  return { is: 'accepted' };
}
