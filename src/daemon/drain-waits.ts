import type { EvictionMeaning } from '../core/drain/eviction-answer.ts';
import { putOff, type Refusal } from '../core/drain/refusal.ts';
import type { Postponed } from '../core/drain/retry-distance.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';

/** What holds each pod, and when its eviction is due again; by the pod's UID. */
export class DrainWaits {
  readonly #clock: Clock;
  readonly #refusals = new Map<string, Refusal>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The eviction was put off: it is due again after a distance that grows with each time. */
  postpone(pod: string, meaning: Postponed): Refusal {
    const refusal = putOff(this.#refusals.get(pod) ?? null, meaning, this.#clock.now());
    this.#refusals.set(pod, refusal);
    return refusal;
  }

  clear(pod: string): void {
    this.#refusals.delete(pod);
  }

  /** When (monotonic) the eviction may be asked for; 0: now. */
  dueAt(pod: string): number {
    return this.#refusals.get(pod)?.until ?? 0;
  }

  /**
   * The drain's progress: blocked while a budget holds one of the pods that are left. A budget that is alone is named once,
   * by the reason; of several each pod names its own.
   */
  progress(left: readonly string[], text: (notes: ReadonlyMap<string, string>) => string): Reason {
    const held = left.flatMap((pod) => {
      const refusal = this.#refusals.get(pod);
      return refusal === undefined ? [] : [[pod, refusal.meaning] as const];
    });
    const budgets = [...new Set(held.flatMap(([, meaning]) => (meaning.is === 'budget' ? [nameOf(meaning)] : [])))];
    const alone = budgets.length === 1;
    const note = (meaning: Postponed): string => (alone && meaning.is === 'budget' ? 'blocked' : words(meaning));
    const progress = text(new Map(held.map(([pod, meaning]) => [pod, note(meaning)])));
    const count = String(left.length);
    if (budgets.length === 0) return reason('draining', { progress, left: count });
    const more = budgets.length > mostNamed ? ` and ${budgets.length - mostNamed} more` : '';
    const budget = `${budgets.slice(0, mostNamed).join(', ')}${more}`;
    return reason('drain-blocked', { pods: progress, budget, left: count });
  }
}

const mostNamed = 3;

/** What an eviction's answer means, in words. */
export function words(meaning: EvictionMeaning): string {
  switch (meaning.is) {
    case 'accepted':
      return meaning.is;
    case 'gone':
      return 'the API server does not find it';
    case 'budget':
      return meaning.name === null ? 'a disruption budget' : `budget ${meaning.name}`;
    case 'overload':
      return 'the API server is overloaded';
    case 'terminating-namespace':
      return 'its namespace is being deleted';
    case 'not-now':
    case 'forbidden':
    case 'retry':
    case 'final':
      return meaning.why;
  }
}

function nameOf(meaning: Extract<Postponed, { is: 'budget' }>): string {
  return meaning.name ?? 'of an unknown name';
}
