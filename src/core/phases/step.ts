import type { Reason } from '../reasons.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import type { Phase, State } from './state.ts';

/**
 * What one phase decides: to stay or to go on as another phase, what to do, why it waits, and when (monotonic
 * milliseconds) it wants to be asked again at the latest; null: only when something happens.
 */
export interface Step {
  readonly phase: Phase;
  readonly effects: readonly Effect[];
  readonly waits: Reason;
  readonly wakeAt: number | null;
  /** The phase after this decision is asked at once, without waiting for anything. */
  readonly atOnce?: true;
  /** The Lease is to be watched, though nothing is held and no place is taken yet. */
  readonly follow?: true;
  /** What the decision itself changes in what is known (back-off, a question that must be asked anew). */
  readonly facts?: Partial<Facts>;
}

/** Stays in the phase as it is. */
export function stay(state: State, waits: Reason, effects: readonly Effect[] = [], wakeAt: number | null = null): Step {
  return { phase: state.phase, effects, waits, wakeAt };
}

/** Goes on as another phase, which is asked at once. */
export function become(phase: Phase, waits: Reason, effects: readonly Effect[] = [], facts: Partial<Facts> = {}): Step {
  return { phase, effects, waits, wakeAt: null, facts, atOnce: true };
}

export function soonest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time): time is number => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
