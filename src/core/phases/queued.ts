import { claim, roomLimit } from '../lease/claim.ts';
import { describeHolders } from '../lease/describe.ts';
import { mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { leave, placeOf, updatePlace } from '../lease/queue.ts';
import type { LeaseRecord } from '../lease/record.ts';
import { turnAt } from '../lease/turn-at.ts';
import { namedLease } from '../lease-name.ts';
import { limits } from '../limits.ts';
import type { Need } from '../need.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import { lookWhetherInReach, nameLease } from './lease-named.ts';
import { changeWaits } from './pool-change.ts';
import { cannotFollow, foundMark, needNow, pausedReason, permissionNow, poolChanged } from './questions.ts';
import type { Queued, State } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { startDraining } from './waiting.ts';
import { type LeaseWish, leaseTrouble, wantLease } from './want.ts';

type This = State & { readonly phase: Queued };

/** Has a place in the queue, watches the Lease, and claims when its turn has come. */
export function queued(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (foundMark(facts)) return become({ name: 'recovering', cause: 'mark-found', step: 'look' }, state.waits);
  const why = phase.leaving ?? whyLeave(state, now);
  if (why !== null) return leaving(state, why, now);
  const need = needNow(facts, now);
  const permission = permissionNow(facts, now.mono - limits.lookAgain, now);
  if (need.is !== 'new' || permission.is !== 'allowed') {
    const waits = state.facts.permission === null ? reason('asking-permission') : state.waits;
    return stay(state, waits, permission.is === 'asking' ? permission.effects : []);
  }
  const askAgain = now.mono + limits.lookAgain;
  if (now.mono < facts.lease.wentBackUntil) {
    const until = wallText(now.wall + facts.lease.wentBackUntil - now.mono);
    return stay(state, reason('lease-went-back', { lease: leaseText(facts.lease.ref), until }), [], askAgain);
  }
  return take(state, need.need, now, askAgain);
}

function take(state: This, need: Need, now: Now, askAgain: number): Step {
  const { facts } = state;
  if (cannotFollow(facts)) return stay(state, facts.lease.problem ?? state.waits, [], askAgain);
  // A place from before the Node named its Lease, or a name that a person took away.
  const unnamed = facts.node.seen.is === 'node' && namedLease(facts.node.seen.node) === null;
  const named = unnamed ? nameLease(facts, now) : null;
  if (named?.is === 'doing')
    return stay(state, facts.node.problem ?? state.waits, named.effects, soonest(named.wakeAt, askAgain));
  const progress = wantLease<Reason>(facts, now, (record) => wish(state, record, need, now));
  switch (progress.is) {
    case 'doing':
      return stay(state, facts.lease.problem ?? state.waits, progress.effects, soonest(progress.wakeAt, askAgain));
    case 'done':
      return settled(state, progress.seen, now);
    case 'not':
      if (progress.because === 'missing' || progress.because === 'unreadable') {
        const missing = leaseTrouble(facts, progress.because);
        if (progress.because === 'unreadable') return stay(state, missing, [], askAgain);
        return become({ name: 'waiting', notBefore: 0, poll: 'no' }, missing);
      }
      return stay(state, progress.because, [], soonest(myTurnAt(state, now), askAgain));
  }
}

function wish(state: This, record: LeaseRecord, need: Need, now: Now): LeaseWish<Reason> {
  const { facts } = state;
  if (mine(record, facts.me) !== null || placeOf(record, facts.me.node) === null) return { nothing: true };
  const ruling = claim(record, facts.me, need, facts.settings, facts.turn, now);
  if (ruling.granted) return { write: ruling.record, purpose: 'claim' };
  // Settings that changed while waiting: others reckon with what the entry says.
  const updated = updatePlace(record, facts.me, facts.settings);
  return updated === record ? { mayNot: whyWait(state, record, now) } : { write: updated, purpose: 'update-place' };
}

/** No place any more: as holder by this process's claim, or dropped by the nodes behind; a dropped one joins at the end. */
function settled(state: This, record: LeaseRecord, now: Now): Step {
  const { facts } = state;
  const entry = mine(record, facts.me);
  if (entry === null) return become({ name: 'waiting', notBefore: 0, poll: 'no' }, reason('starting'));
  if (entry.by !== facts.me.by || entry.phase !== 'draining') {
    return become({ name: 'recovering', cause: 'own-entry-found', step: 'look' }, reason('starting'));
  }
  return startDraining(entry.claim, entry.need.reasons, now);
}

function whyLeave(state: This, now: Now): Reason | null {
  const { facts } = state;
  if (facts.stop === 'stop') return reason('stopping');
  if (poolChanged(facts)) return changeWaits(facts);
  // Right after a start the sentinels were not looked at yet; the question about permission looks at them.
  const need = needNow(facts, now);
  if (need.is !== 'new' && facts.need !== null) return need.why;
  const permission = permissionNow(facts, now.mono - limits.lookAgain, now);
  return permission.is === 'refused' ? permission.why : null;
}

function leaving(state: This, why: Reason, now: Now): Step {
  const { facts } = state;
  const progress = wantLease<never>(facts, now, (record) => {
    const without = leave(record, facts.me.node);
    return without === record || mine(record, facts.me) !== null
      ? { nothing: true }
      : { write: without, purpose: 'leave' };
  });
  if (progress.is === 'doing') {
    const refused = lookWhetherInReach(state);
    if (refused !== null) return refused;
    const waits = facts.lease.problem ?? why;
    return { phase: { name: 'queued', leaving: why }, effects: progress.effects, waits, wakeAt: progress.wakeAt };
  }
  if (progress.is === 'not' && progress.because === 'unreadable') {
    const waits = leaseTrouble(facts, 'unreadable');
    return { phase: { name: 'queued', leaving: why }, effects: [], waits, wakeAt: now.mono + limits.lookAgain };
  }
  return become({ name: 'waiting', notBefore: 0, poll: 'no' }, why);
}

/** Only a turn that is still to come is waited for by time; the head's is given by an event. */
function myTurnAt(state: This, now: Now): number | null {
  const { lease, me, turn } = state.facts;
  if (lease.seen.is !== 'lease' || !lease.seen.reading.readable) return null;
  const at = turnAt(lease.seen.reading.record, me.node, turn);
  return at !== null && at > now.mono ? at : null;
}

function whyWait(state: This, record: LeaseRecord, now: Now): Reason {
  const { facts } = state;
  if (record.paused !== null) return pausedReason(facts, record);
  const place = (placeOf(record, facts.me.node) ?? 0) + 1;
  const lease = leaseText(facts.lease.ref);
  const holders = describeHolders(record, now);
  if (place === 1) return reason('pool-busy', { holders, lease });
  const room = record.holders.length < roomLimit(record, facts.settings);
  return reason('not-my-turn', {
    place: String(place),
    length: String(record.queue.length),
    lease,
    holders: room ? `the turn is that of ${headOf(record)}` : `waiting for ${holders}`,
  });
}

function headOf({ queue: [head] }: LeaseRecord): string {
  return head?.readable === true ? head.entry.node : 'an entry that cannot be read';
}
