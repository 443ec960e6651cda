import { mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { placeOf } from '../lease/queue.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Facts } from './facts.ts';
import { nameNew } from './lease-named.ts';
import { unseenLease } from './observe-lease.ts';
import { poolChanged } from './questions.ts';
import type { State } from './state.ts';
import { become, type Step, stay } from './step.ts';

/**
 * Goes over to the Lease of the settings, from a phase that holds nothing. A write that is under way or in doubt is known
 * first, and what it got is given back first: nobody would ever look at the old Lease again. So
 * is what a request of an earlier process may have left in it. Null: nothing to change now.
 */
export function changePool(state: State, now: Now, facts: Partial<Facts> = {}): Step | null {
  const { lease, busy, me, settings, node } = state.facts;
  if (!poolChanged(state.facts) || busy.lease || lease.doubt !== null || state.facts.earlier) return null;
  const record =
    lease.current && lease.seen.is === 'lease' && lease.seen.reading.readable ? lease.seen.reading.record : null;
  if (record !== null && (mine(record, me) !== null || placeOf(record, me.node) !== null)) return null;
  const named = nameNew(state.facts, now);
  if (named.is === 'doing') return stay(state, node.problem ?? changeWaits(state.facts), named.effects, named.wakeAt);
  const effects = lease.watch === 'off' ? [] : [{ do: 'unfollow-lease' } as const];
  return become(state.phase, state.waits, effects, { ...facts, lease: unseenLease(settings.lease) });
}

export function changeWaits({ lease }: Facts): Reason {
  return reason('pool-change-waits', { lease: leaseText(lease.ref) });
}
