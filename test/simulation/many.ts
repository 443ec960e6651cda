import type { Ledger, Standing } from './ledger.ts';
import type { Outcome, Plan } from './plan.ts';
import { count } from './words.ts';

export interface Many {
  /** At most so many seeds; Infinity: until `enough`. */
  readonly runs: number;
  /** No seed is begun after it; those under way are waited for. */
  readonly enough: AbortSignal;
  /** Ends at once: what is under way is not counted, and the next call takes it up. */
  readonly stopped: AbortSignal;
  readonly planOf: (seed: number) => Plan;
  /** One for each process. */
  readonly simulators: readonly { run(plan: Plan, timeline: boolean): Promise<Outcome> }[];
  readonly save: (standing: Standing) => void;
  readonly said: (line: string) => void;
  /** Seconds, by any clock that does not go back. */
  readonly now: () => number;
}

/** Where so many seeds broke a law, more of them tell nothing new. */
export const mostBroken = 100;

/** Takes seeds from the ledger in turn, each into the next process that is free, saves where it stands, and says so every ten seconds. */
export async function simulateMany(ledger: Ledger, many: Many): Promise<void> {
  const progress = new Progress(ledger, many);
  let left = many.runs;
  const goesOn = (): boolean =>
    left > 0 && !many.enough.aborted && !many.stopped.aborted && ledger.standing.totals.broken.length < mostBroken;
  const lane = async (simulator: Many['simulators'][number]): Promise<void> => {
    while (goesOn()) {
      left -= 1;
      const seed = ledger.take();
      const outcome = await simulator.run(many.planOf(seed), false);
      if (many.stopped.aborted) return;
      ledger.count(seed, outcome);
      if (outcome.broken !== null) many.said(`SEED=${seed}: ${outcome.broken.law}`);
      progress.counted();
    }
  };
  await Promise.all(many.simulators.map(lane));
  progress.save();
}

class Progress {
  readonly #ledger: Ledger;
  readonly #many: Many;
  readonly #began: { readonly at: number; readonly reboots: number };
  #saved: number;
  #said: number;

  constructor(ledger: Ledger, many: Many) {
    this.#ledger = ledger;
    this.#many = many;
    this.#began = { at: many.now(), reboots: ledger.standing.totals.reboots };
    this.#saved = this.#began.at;
    this.#said = this.#began.at;
  }

  /** Once a second is enough: what is not saved is simulated again. */
  counted(): void {
    const now = this.#many.now();
    if (now - this.#saved >= 1) this.save();
    if (now - this.#said >= 10) this.#say(now);
  }

  save(): void {
    const now = this.#many.now();
    this.#ledger.passed(now - this.#saved);
    this.#saved = now;
    this.#many.save(this.#ledger.standing);
  }

  #say(now: number): void {
    this.#said = now;
    const { seeds, reboots, broken } = this.#ledger.standing.totals;
    const rate = (reboots - this.#began.reboots) / (now - this.#began.at);
    const laws = broken.length === 0 ? 'nothing broken' : `broken: ${count(broken.length)}`;
    this.#many.said(`${count(seeds)} seeds, ${count(reboots)} reboots, ${count(rate)} a second, ${laws}`);
  }
}
