import { provesSoft } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import { forcedNoMore, timedOut } from './drain-time.ts';
import type { Effect } from './effect.ts';
import { stopWork } from './hooks.ts';
import { claimNow, givenUp, heldNow, needNow } from './questions.ts';
import { wayBackNow } from './restoring-reason.ts';
import type { Draining, State } from './state.ts';
import { become, type Step } from './step.ts';
import { uncordoned } from './uncordoned.ts';
import { leaseTrouble } from './want.ts';

type This = State & { readonly phase: Draining };

/** The claim is another's or cannot be read: evicting ends at once, and what is true is found out anew. */
export function lostClaim(state: This): Step | null {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  if (claim.is !== 'lost' && claim.is !== 'unreadable') return null;
  const lost = claim.is === 'lost';
  const waits = lost ? reason('claim-lost', { lease: leaseText(facts.lease.ref) }) : leaseTrouble(facts, 'unreadable');
  return become(
    { name: 'recovering', cause: lost ? 'claim-lost' : 'lease-unreadable', step: 'look' },
    waits,
    stopWork(state),
  );
}

/** The first reason to give the claim back, if there is one: a stop, a person, need, permission, the Node, the timeout. */
export function backOutStep(state: This, now: Now): Step | null {
  const why = whyBackOut(state, now);
  return why === null ? null : backOut(state, why);
}

function whyBackOut(state: This, now: Now): Reason | null {
  const { facts, phase } = state;
  if (facts.stop === 'stop') return reason('stopping');
  const claim = claimNow(facts, phase.claim);
  const asked = claim.is === 'held' ? givenUp(facts, claim.record) : null;
  if (asked !== null) return asked;
  const soft = facts.settings.rebootMethod === 'soft-reboot';
  if (soft && claim.is === 'held' && !provesSoft(claim.entry, facts.me)) return softUnprovable;
  const need = needNow(facts, now);
  if (need.is === 'none') return reason('need-gone');
  const held = heldNow(facts);
  if (held !== null) return held;
  if (
    facts.permission !== null &&
    facts.permission.askedAt >= phase.began &&
    facts.permission.answer.is !== 'allowed' &&
    facts.permission.answer.passing !== true
  ) {
    return facts.permission.answer.reasons[0] ?? reason('asking-permission');
  }
  return nodeTrouble(state) ?? forcedNoMore(facts) ?? timedOut(state, now);
}

/** Somebody's soft reboot came in the middle, or systemd does not count them: the next claim notes the count anew. */
export const softUnprovable = reason('method-unusable', {
  method: 'soft-reboot',
  why: 'systemd has not counted the soft reboots since the claim was made, so another one would not be proven',
  remedy: 'it is tried again by itself; reboot.method logind needs no count',
});

function nodeTrouble(state: This): Reason | null {
  const { facts, phase } = state;
  if (facts.node.seen.is === 'gone') return reason('node-missing', { node: facts.me.node });
  return beforeCordon.includes(phase.step) ? null : uncordoned(facts, phase.claim);
}

const beforeCordon: readonly Draining['step'][] = ['permit', 'before-drain', 'cordon'];

/** Ends evicting, and goes the way that nothing leads back from. */
export function backOut(state: This, cause: Reason): Step {
  // Before its own hooks it may be an earlier process's hook that still runs.
  const stops: Effect[] = state.phase.step === 'permit' ? [{ do: 'stop-hooks' }] : stopWork(state);
  const { claim } = state.phase;
  const moment = { what: 'backing-out', reason: cause, back: wayBackNow(state.facts, claim) } as const;
  const effects: Effect[] = [...stops, { do: 'tell', moment }];
  return become({ name: 'backing-out', claim, cause, step: 'declare', nonce: null }, cause, effects);
}
