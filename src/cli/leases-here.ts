import { readMark } from '../core/cordon-mark.ts';
import { isSameLease, type LeaseRef } from '../core/lease/object.ts';
import { leaseRefOf, namedLease } from '../core/lease-name.ts';
import type { NodeSnapshot } from '../core/node-view.ts';

/** The Lease that a mark on the Node names, which is the first that recovery looks into; null: there is none. */
export function markedLease(node: NodeSnapshot): LeaseRef | null {
  const reading = readMark(node);
  return reading.is === 'mark' ? leaseRefOf(reading.mark.lease) : null;
}

/**
 * The Leases in which something may be left for this node, in the order in which recovery looks: the one of the mark, the one
 * that the Node names, the pool's of the settings, which is another where the settings were changed meanwhile.
 */
export function leasesHere(node: NodeSnapshot, pool: LeaseRef): readonly LeaseRef[] {
  const all = [markedLease(node), namedLease(node), pool].filter((ref) => ref !== null);
  return all.filter((ref, at) => all.findIndex((other) => isSameLease(ref, other)) === at);
}
