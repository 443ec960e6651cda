import { declareBackOut, mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { backOffDistance, limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { type ReasonCode, reason, reasonSentence } from '../reasons.ts';
import { lookWhetherInReach } from './lease-named.ts';
import { claimNow } from './questions.ts';
import { remember } from './remember.ts';
import { releaseClaim, restoreNode, stillRestored } from './restore.ts';
import { staleLease } from './second-look.ts';
import type { BackingOut, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { leaseTrouble, wantLease } from './want.ts';

type This = State & { readonly phase: BackingOut };

/** Causes that say nothing against trying again at once when they are over. */
const noDistance: readonly ReasonCode[] = ['need-gone', 'pool-paused', 'stopping', 'observing'];

/**
 * Undoes our work before any reboot was asked: says so in the Lease first (nothing leads from there back to draining, so an
 * uncordon that lands late is never wrong), then the restore PATCH, then the release.
 */
export function backingOut(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (facts.busy.drain || facts.busy.hooks) return stay(state, phase.cause);
  if (phase.step !== 'release' && claimNow(facts, phase.claim).is === 'lost') {
    return become(
      { name: 'recovering', cause: 'claim-lost', step: 'look' },
      reason('claim-lost', { lease: leaseText(facts.lease.ref) }),
    );
  }
  return steps[phase.step](state, now);
}

const steps: Readonly<Record<BackingOut['step'], (state: This, now: Now) => Step>> = { declare, restore, release };

function declare(state: This, now: Now): Step {
  const { facts, phase } = state;
  const progress = wantLease(facts, now, (record) => {
    if (mine(record, facts.me)?.phase === 'backing-out') return { nothing: true };
    const ruling = declareBackOut(record, facts.me, phase.claim, now);
    return ruling.granted ? { write: ruling.record, purpose: 'back-out' } : { nothing: true };
  });
  if (progress.is === 'doing') return stay(state, waits(state), progress.effects, progress.wakeAt);
  if (progress.is === 'done') return become({ ...phase, step: 'restore' }, waits(state));
  return {
    ...stay(state, leaseTrouble(facts, progress.because), [], now.mono + limits.lookAgain),
    facts: staleLease(facts),
  };
}

function restore(state: This, now: Now): Step {
  const { facts, phase } = state;
  const { progress, sent } = restoreNode(facts, { handled: null, rebooted: false }, phase.nonce, now);
  if (progress.is === 'doing') {
    return {
      phase: { ...phase, nonce: sent },
      effects: progress.effects,
      waits: facts.node.problem ?? waits(state),
      wakeAt: progress.wakeAt,
    };
  }
  return become({ ...phase, step: 'release' }, waits(state));
}

function release(state: This, now: Now): Step {
  const { facts, phase } = state;
  // What comes of a release that is under way is waited for first.
  const node = facts.busy.lease ? null : stillRestored(facts, now);
  if (node?.is === 'doing') return stay(state, facts.node.problem ?? waits(state), node.effects, node.wakeAt);
  // What brought the mark back may have set back the Lease as well, so that it has to say again what the restore rests on.
  if (node?.is === 'not' && node.because === 'marked')
    return become({ ...phase, step: 'declare', nonce: null }, waits(state));
  const progress = releaseClaim(facts, phase.claim, now);
  if (progress.is === 'doing')
    return lookWhetherInReach(state) ?? stay(state, waits(state), progress.effects, progress.wakeAt);
  if (progress.is === 'not' && progress.because === 'unreadable') {
    return {
      ...stay(state, leaseTrouble(facts, 'unreadable'), [], now.mono + limits.lookAgain),
      facts: staleLease(facts),
    };
  }
  return released(state, now);
}

function released(state: This, now: Now): Step {
  const { facts, phase } = state;
  const failures = (facts.backOff?.failures ?? 0) + 1;
  const distance = noDistance.includes(phase.cause.code) ? 0 : backOffDistance(failures, now);
  const backOff = distance === 0 ? facts.backOff : { failures, until: now.mono + distance, why: phase.cause };
  const remembered = distance === 0 ? null : backOff;
  return become(
    { name: 'waiting', notBefore: 0, poll: 'no' },
    phase.cause,
    [
      { do: 'tell', moment: { what: 'backed-out', reason: phase.cause } },
      remember({ backOff: remembered, fenced: null }, now),
    ],
    { ...staleLease(facts), backOff, fenced: null, permission: null },
  );
}

function waits(state: This): ReturnType<typeof reason> {
  return state.facts.lease.problem ?? reason('backing-out', { why: reasonSentence(state.phase.cause) });
}
