import { mine } from '../lease/hold.ts';
import { placeOf } from '../lease/queue.ts';
import { jitter, limits, pollDistance } from '../limits.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Facts } from './facts.ts';
import { lookWhetherInReach } from './lease-named.ts';
import { needNow } from './questions.ts';
import type { State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { knowLease } from './want.ts';

/**
 * "I hold nothing, I am not queued" is looked at again: a while after each start, whenever the Node had to be listed anew,
 * and once an hour, because a request of a process that was killed, or a restored etcd, may leave an entry of ours that
 * nobody else removes. A write without an answer is settled here as well, before anything else happens.
 * Null: nothing to look at now.
 */
export function secondLook(state: State, now: Now): Step | null {
  const { facts, phase } = state;
  if (!facts.looking && facts.lease.doubt === null) {
    if (now.mono < facts.nextLook) return null;
    return become(phase, state.waits, [], { ...staleLease(facts), looking: true });
  }
  const lease = knowLease(facts, now);
  if (lease.is === 'doing')
    return lookWhetherInReach(state) ?? stay(state, lookWaits(state, now), lease.effects, lease.wakeAt);
  // An entry of ours that a Lease which cannot be read hides keeps the pool waiting, so the next look comes soon.
  const hidden = lease.is === 'not' && lease.because === 'unreadable';
  const distance = hidden ? 5 * pollDistance(now) : limits.slowLook + jitter(now);
  const done = { looking: false, earlier: facts.earlier && hidden, nextLook: now.mono + distance };
  const found =
    lease.is === 'done' && (mine(lease.seen, facts.me) !== null || placeOf(lease.seen, facts.me.node) !== null);
  if (found) return become({ name: 'recovering', cause: 'second-look', step: 'look' }, reason('starting'), [], done);
  return become(phase, state.waits, [], done);
}

/** Nothing is asked for before the look is done: who needs a reboot waits for what is wrong with that. */
function lookWaits({ facts, waits }: State, now: Now): Reason {
  return needNow(facts, now).is === 'new' ? (facts.lease.problem ?? waits) : waits;
}

/** What is known of the Lease is from some time ago: it is read again before anything rests on it. */
export function staleLease(facts: Facts): Pick<Facts, 'lease'> {
  return { lease: { ...facts.lease, current: false } };
}
