import { limits } from '../limits.ts';
import { type Now, timeLeftText } from '../now.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import type { Facts } from './facts.ts';
import type { Draining, State } from './state.ts';

type This = State & { readonly phase: Draining };

/** When (monotonic) the drain backs out for having taken too long, or is given up; null: never, as things are. */
export function drainDeadline(state: This, now: Now): number | null {
  const end = timeEnds(state);
  // What is left was not seen at the end of the time: a watch that broke is waited for.
  return end !== null && now.mono >= end && mayLeavePods(state) ? end + limits.patience : end;
}

/** The drain has taken too long, and pods that are left are no reason to go on; null: it has not, or they are. */
export function timedOut(state: This, now: Now): Reason | null {
  const deadline = drainDeadline(state, now);
  if (deadline === null || now.mono < deadline || overTime(state, now) !== null) return null;
  return reason('drain-timeout', left(state.facts, `it was in its step "${state.phase.step}"`));
}

/**
 * The drain has taken too long, pods are left, and the settings say to reboot all the same; null: it is not so. Only what is
 * seen to be left can be named and left.
 */
export function overTime(state: This, now: Now): Reason | null {
  const end = timeEnds(state);
  if (end === null || now.mono < end || !mayLeavePods(state)) return null;
  return state.facts.drain.progress?.details['left'] === undefined
    ? null
    : reason('drain-given-up', left(state.facts, 'pods are left'));
}

/** The drain was given up with pods left, and by now the settings do not say to reboot all the same; null: it is not so. */
export function forcedNoMore(facts: Facts): Reason | null {
  const forced = facts.drain.ended?.is === 'given-up' && facts.settings.onDrainTimeout !== 'reboot';
  return forced ? reason('drain-timeout', left(facts, 'pods are left')) : null;
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

/** The settings say so, and the drain has come to its pods. */
function mayLeavePods({ facts, phase }: This): boolean {
  return facts.settings.onDrainTimeout === 'reboot' && phase.step === 'evict' && phase.givenUp === null;
}

function timeEnds({ facts, phase }: This): number | null {
  const { drainTimeout } = facts.settings;
  if (drainTimeout === null || phase.hooksSince !== null) return null;
  return phase.began + phase.uncounted + drainTimeout;
}

/** The time it had, and what is left to wait for. */
function left(facts: Facts, otherwise: string): { readonly timeout: string; readonly left: string } {
  const { progress } = facts.drain;
  const blocked = progress?.code === 'drain-blocked' ? reasonSentence(progress) : undefined;
  const timeout = timeLeftText(facts.settings.drainTimeout ?? 0);
  return { timeout, left: blocked ?? progress?.details['progress'] ?? otherwise };
}
