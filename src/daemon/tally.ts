import type { Moment } from '../core/phases/effect.ts';
import type { PhaseName } from '../core/phases/state.ts';
import type { Reason } from '../core/reasons.ts';
import { type Outcome, outcomes, type PhaseTime } from '../metrics/input.ts';
import type { Clock } from '../ports/clock.ts';
import type { CountMemory } from '../ports/host.ts';

export interface TallyParts {
  readonly clock: Clock;
  readonly memory: CountMemory;
  /** Told when the counts cannot be kept: a restart begins to count anew then. */
  readonly unkept: (why: Reason) => void;
}

/**
 * What the metrics count: how long each phase took in this process, and what came of attempts, over restarts of the service.
 * A reboot ends the process, so a count that began anew with each would never be seen to rise.
 */
export class Tally {
  readonly #parts: TallyParts;
  readonly #times = new Map<PhaseName, { seconds: number; entered: number }>();
  readonly #counts = new Map<Outcome, number>();
  #now: { readonly phase: PhaseName; readonly since: number } | null = null;
  #kept: Promise<void>;

  constructor(parts: TallyParts) {
    this.#parts = parts;
    this.#kept = parts.memory.read().then((counts) => {
      for (const outcome of outcomes) this.#add(outcome, counts[outcome] ?? 0);
    });
  }

  /** To be called after every decision. */
  phase(name: PhaseName): void {
    if (this.#now?.phase === name) return;
    const since = this.#parts.clock.mono();
    this.#times.set(name, { ...this.#timeOf(name, since), entered: this.#timeOf(name, since).entered + 1 });
    if (this.#now !== null) this.#times.set(this.#now.phase, this.#timeOf(this.#now.phase, since));
    this.#now = { phase: name, since };
  }

  moment({ what }: Moment): void {
    const outcome = outcomeOf[what];
    if (outcome === undefined) return;
    this.#add(outcome, 1);
    this.#kept = this.#kept.then(async () => {
      const why = await this.#parts.memory.keep(Object.fromEntries(this.#counts));
      if (why !== null) this.#parts.unkept(why);
    });
  }

  phases(): readonly PhaseTime[] {
    const now = this.#parts.clock.mono();
    return [...this.#times.keys()].map((phase) => ({ phase, ...this.#timeOf(phase, now) }));
  }

  outcomes(): Readonly<Record<Outcome, number>> {
    const count = (outcome: Outcome): number => this.#counts.get(outcome) ?? 0;
    return Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcome)])) as Record<Outcome, number>;
  }

  /** Everything counted so far was kept, or cannot be. */
  async settled(): Promise<void> {
    await this.#kept;
  }

  #timeOf(phase: PhaseName, now: number): { readonly seconds: number; readonly entered: number } {
    const { seconds, entered } = this.#times.get(phase) ?? { seconds: 0, entered: 0 };
    const running = this.#now?.phase === phase ? (now - this.#now.since) / 1000 : 0;
    return { seconds: seconds + running, entered };
  }

  #add(outcome: Outcome, count: number): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + count);
  }
}

const outcomeOf: Readonly<Partial<Record<Moment['what'], Outcome>>> = {
  claimed: 'claimed',
  drained: 'drained',
  rebooting: 'reboot-asked',
  'reboot-refused': 'reboot-refused',
  rebooted: 'rebooted',
  'backing-out': 'backed-out',
  stuck: 'stuck',
};
