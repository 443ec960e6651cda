import { mine } from '../lease/hold.ts';
import { placeOf } from '../lease/queue.ts';
import type { Facts } from './facts.ts';
import { unseenLease } from './observe-lease.ts';
import { poolChanged } from './questions.ts';
import type { State } from './state.ts';
import { become, type Step } from './step.ts';

/**
 * Goes over to the Lease of the settings, from a phase that holds nothing. A write that is under way or in doubt is known
 * first, and what it got is given back first: nobody would ever look at the old Lease again. Null: nothing to change now.
 */
export function changePool(state: State, facts: Partial<Facts> = {}): Step | null {
  const { lease, busy, me, settings } = state.facts;
  if (!poolChanged(state.facts) || busy.lease || lease.doubt !== null) return null;
  const record =
    lease.current && lease.seen.is === 'lease' && lease.seen.reading.readable ? lease.seen.reading.record : null;
  if (record !== null && (mine(record, me) !== null || placeOf(record, me.node) !== null)) return null;
  const effects = lease.watch === 'off' ? [] : [{ do: 'unfollow-lease' } as const];
  return become(state.phase, state.waits, effects, { ...facts, lease: unseenLease(settings.lease) });
}
