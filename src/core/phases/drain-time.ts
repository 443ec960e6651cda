import type { Now } from '../now.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import type { Draining, State } from './state.ts';

type This = State & { readonly phase: Draining };

/** When (monotonic) the drain has taken too long; null: never, as things are. */
export function drainDeadline({ facts, phase }: This): number | null {
  const { drainTimeout } = facts.settings;
  if (drainTimeout === null || phase.hooksSince !== null) return null;
  return phase.began + phase.uncounted + drainTimeout;
}

/** The drain has taken too long, and pods that are left are no reason to go on; null: it has not, or they are. */
export function timedOut(state: This, now: Now): Reason | null {
  if (!isLate(state, now) || overTime(state, now) !== null) return null;
  return reason('drain-timeout', left(state));
}

/**
 * The drain has taken too long, pods are left, and the settings say to reboot all the same; null: it is not so. Only what is
 * known to be left can be named and left: a drain that does not see its pods, or has not come to them, is no such drain.
 */
export function overTime(state: This, now: Now): Reason | null {
  const { facts, phase } = state;
  if (facts.settings.onDrainTimeout !== 'reboot' || phase.step !== 'evict' || phase.givenUp !== null) return null;
  const known = facts.drain.progress?.details['left'] !== undefined && facts.node.problem === null;
  return known && isLate(state, now) ? reason('drain-given-up', left(state)) : null;
}

/**
 * A drain that nobody saw to for a while has lost that time, and backs out when it was the rest of it. But pods that had no time
 * to leave are not given up: where the settings say to reboot all the same, the time is added.
 */
export function afterSleep(state: State, ms: number): State {
  const { phase, facts } = state;
  if (phase.name !== 'draining' || facts.settings.onDrainTimeout !== 'reboot') return state;
  // Hooks have a time of their own, which is added when they end.
  return phase.hooksSince === null ? { ...state, phase: { ...phase, uncounted: phase.uncounted + ms } } : state;
}

function isLate(state: This, now: Now): boolean {
  const deadline = drainDeadline(state);
  return deadline !== null && now.mono >= deadline;
}

/** The time it had, and what is left to wait for. */
function left({ facts, phase }: This): { readonly timeout: string; readonly left: string } {
  const { progress } = facts.drain;
  const blocked = progress?.code === 'drain-blocked' ? reasonSentence(progress) : undefined;
  const timeout = `${Math.round((facts.settings.drainTimeout ?? 0) / 1000)} s`;
  return { timeout, left: blocked ?? progress?.details['progress'] ?? `it was in its step "${phase.step}"` };
}
