import { leaseText } from '../lease/object.ts';
import { type Now, timeLeftText, wallText } from '../now.ts';
import { type Reason, type ReasonCode, reason } from '../reasons.ts';
import { podsAgainText } from '../way-back.ts';
import type { Facts } from './facts.ts';
import { wayBackNow } from './restoring-reason.ts';
import type { State } from './state.ts';

/** A wait of a length that the admin decided, nothing else standing in the way: what for, and until when (monotonic). */
export interface Delay {
  readonly code: Extract<ReasonCode, 'drain-delay' | 'reboot-delay' | 'release-delay'>;
  readonly until: number;
  readonly details?: Readonly<Record<string, string>>;
}

/** The delay that is under way; null: none is. */
export function delayNow({ phase, facts }: State): Delay | null {
  if (phase.name === 'restoring' && phase.releaseAt !== null) return delayOfRelease(facts, phase.releaseAt);
  if (phase.name !== 'draining' || phase.delayUntil === null) return null;
  if (phase.step === 'drain-delay') return { code: 'drain-delay', until: phase.delayUntil };
  return phase.step === 'reboot-delay' ? delayOfReboot(phase.givenUp, phase.delayUntil) : null;
}

/**
 * The state under new settings: what is left of a delay that runs is never more than they say, which is what a restart makes of
 * it as well. The end of the release delay is written into the entry anew, for those who wait and for the next start.
 */
export function withinSettings(state: State, now: Now): State {
  const { phase, facts } = state;
  const { evictionDelay, rebootDelay, releaseDelay } = facts.settings;
  if (phase.name === 'restoring' && phase.releaseAt !== null && phase.releaseAt - now.mono > releaseDelay)
    return { ...state, phase: { ...phase, releaseAt: null } };
  if (phase.name !== 'draining' || phase.delayUntil === null) return state;
  if (phase.step !== 'drain-delay' && phase.step !== 'reboot-delay') return state;
  const end = now.mono + (phase.step === 'drain-delay' ? evictionDelay : rebootDelay);
  const cut = phase.delayUntil - end;
  if (cut <= 0) return state;
  return { ...state, phase: { ...phase, delayUntil: end, uncounted: phase.uncounted - cut } };
}

/** The delay before the reboot as it is told of. */
export function delayOfReboot(givenUp: Reason | null, until: number): Delay {
  return { code: 'reboot-delay', until, details: { pods: podsText(givenUp) } };
}

/** What became of the pods, as a clause. */
export function podsText(givenUp: Reason | null): string {
  return givenUp === null ? 'all pods are gone' : 'pods are left, and the drain was given up';
}

/** The release delay as it is told of. */
export function delayOfRelease(facts: Facts, until: number): Delay {
  const { lease, me } = facts;
  const again = podsAgainText(wayBackNow(facts, null));
  const pods = again === null ? '' : ` and ${again}`;
  return { code: 'release-delay', until, details: { lease: leaseText(lease.ref), node: me.node, pods } };
}

/**
 * Until when by the wall clock, and how long that is from now. Two clocks that drift by milliseconds do not change the words that
 * stand on the Node: what was said `before` is said again, unless the wall clock was set.
 */
export function delayReason({ code, until, details }: Delay, now: Now, before: Reason): Reason {
  const left = until - now.mono;
  const said = before.code === code ? before.details['until'] : undefined;
  const off = Math.abs(Date.parse(said ?? '') - (now.wall + left));
  const text = said !== undefined && off < 2_000 ? said : wallText(now.wall + left);
  return reason(code, { ...details, until: text, left: timeLeftText(left) });
}

/** The state with the time that is left at this moment, where a delay is what it waits for. */
export function withTimeLeft(state: State, now: Now): State {
  const delay = delayNow(state);
  if (delay === null || state.waits.code !== delay.code) return state;
  return { ...state, waits: delayReason(delay, now, state.waits) };
}

/** When (monotonic) the time that is left is told again: each minute, and each ten seconds in the last two minutes. */
export function delayTold(until: number, now: Now): number {
  const left = until - now.mono;
  return Math.min(until, now.mono + (left > 120_000 ? 60_000 : 10_000));
}
