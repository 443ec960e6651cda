import { readRecord } from '../core/lease/format.ts';
import { type LeaseRef, leaseText } from '../core/lease/object.ts';
import type { Holder, Slot } from '../core/lease/record.ts';
import type { NodeSnapshot } from '../core/node-view.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { Reached } from './cluster.ts';
import { slotOf } from './lease-text.ts';
import { leasesHere } from './leases-here.ts';

/**
 * Whether a Lease holds something for this node, by a consistent read of the pool's and of those that the Node and a mark on it name.
 * A Lease that is gone holds nobody; one that cannot be read or understood is `unknown`.
 */
export type HoldHere =
  | { readonly is: 'free' }
  | { readonly is: 'held'; readonly lease: string; readonly slot: Slot<Holder> }
  | { readonly is: 'unknown'; readonly why: Reason };

export async function holdHere(on: Reached, node: NodeSnapshot): Promise<HoldHere> {
  for (const ref of leasesHere(node, on.settings.lease)) {
    const hold = await holdIn(on, ref);
    if (hold.is !== 'free') return hold;
  }
  return { is: 'free' };
}

async function holdIn(on: Reached, ref: LeaseRef): Promise<HoldHere> {
  const read = await on.ready.cluster.leases.read(ref, 'consistent', on.signal);
  if (read.is === 'gone') return { is: 'free' };
  if (read.is === 'failed') return { is: 'unknown', why: read.reason };
  const lease = leaseText(ref);
  const reading = readRecord(read.object);
  if (!reading.readable) {
    const { namespace, name } = ref;
    return { is: 'unknown', why: reason('lease-unreadable', { lease, why: reading.why, namespace, name }) };
  }
  const slot = slotOf(reading.record, on.ready.identity.node);
  return slot === null ? { is: 'free' } : { is: 'held', lease, slot };
}
