import { limits, pollDistance } from '../limits.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, type ReasonCode, reason, reasonSentence } from '../reasons.ts';
import { staleLease } from './second-look.ts';
import type { Recovering, State } from './state.ts';
import { type Step, soonest, stay } from './step.ts';

type This = State & { readonly phase: Recovering };

/** A reboot may be under way and nothing of the claim is left: nothing is touched, systemd is asked again. */
export function waitForShutdown(state: This, now: Now): Step {
  const { facts, phase } = state;
  const look = facts.shutdown?.look;
  const until = rebootAsked(state, now) ? (phase.rebootUntil ?? null) : null;
  const waits =
    look?.is === 'unknown'
      ? reason('shutdown-unknown', { why: reasonSentence(look.reason) })
      : look?.is !== 'under-way' && until !== null
        ? reason('reboot-asked', { method: facts.settings.rebootMethod, until: wallText(now.wall + until - now.mono) })
        : reason('shutdown-under-way', { what: look?.is === 'under-way' ? look.what : 'a shutdown' });
  const next = (facts.shutdown?.askedAt ?? now.mono) + limits.shutdownLook;
  if (now.mono < next) return stay(state, waits, [], soonest(next, until));
  return stay(state, waits, facts.busy.shutdown ? [] : [{ do: 'look-at-shutdown', lane: 'shutdown' }]);
}

/** What recovery waits for stays said while the Lease is read again. */
export function standing(state: This): Reason {
  const waitsFor: readonly ReasonCode[] = ['lease-unreadable', 'other-machine'];
  return waitsFor.includes(state.waits.code) ? state.waits : reason('starting');
}

/** Looks again when the watch of the Lease, which runs while a person is needed, tells of a change; without it after a while. */
export function again(state: This, waits: Reason, now: Now): Step {
  const { facts } = state;
  const phase = { ...state.phase, step: 'look' } as const;
  if (facts.lease.watch === 'running') {
    return { phase, effects: [], waits, wakeAt: now.mono + limits.lookAgain, follow: true };
  }
  const notBefore = now.mono + pollDistance(now);
  const lease = { ...staleLease(facts).lease, notBefore };
  return { phase, effects: [], waits, wakeAt: notBefore, facts: { lease }, follow: true };
}

/** This process asked for a reboot that may still come. */
export function rebootAsked({ phase }: This, now: Now): boolean {
  return phase.rebootUntil !== undefined && now.mono < phase.rebootUntil;
}
