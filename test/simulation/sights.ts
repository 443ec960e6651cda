import type { Outcome } from './plan.ts';

/** What was seen in many runs, each with how often: a run in which nothing of note happened is no proof. */
export class Sights {
  readonly #counts = new Map<string, number>();

  get(sight: string): number {
    return this.#counts.get(sight) ?? 0;
  }

  /** Each fault that struck, as `fault/NAME`; each end of a process and of a machine, as `kill/PHASE` and `power/PHASE`, and at which call. */
  see({ strikes, timeline }: Pick<Outcome, 'strikes' | 'timeline'>): void {
    for (const strike of strikes) this.#saw(`fault/${strike.slice(0, strike.indexOf('/'))}`);
    const phases = new Map<string, string>();
    for (const line of timeline) {
      const [, node = '', phase] = /^\S+ {2}(node-\d+)\S*: phase-changed from=\S+ to=(\S+)/.exec(line) ?? [];
      if (phase !== undefined) phases.set(node, phase);
      const [, of = '', blow, at] = /^\S+ {2}(node-\d+): (kill|power) ((?:before|after) \S+)$/.exec(line) ?? [];
      if (blow === undefined) continue;
      this.#saw(`${blow}/${phases.get(of) ?? 'recovering'}`);
      this.#saw(`${blow}/${at}`);
      phases.delete(of);
    }
  }

  /** All, the rarest first. */
  text(): string {
    return [...this.#counts]
      .toSorted(([, one], [, other]) => one - other)
      .map(([sight, count]) => `${sight} ${count}`)
      .join(', ');
  }

  #saw(sight: string): void {
    this.#counts.set(sight, this.get(sight) + 1);
  }
}
