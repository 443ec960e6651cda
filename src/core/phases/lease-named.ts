import { readMark } from '../cordon-mark.ts';
import { isSameLease, type LeaseRef } from '../lease/object.ts';
import { leaseRefOf, namedLease, namePatch } from '../lease-name.ts';
import { limits } from '../limits.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import type { Reason } from '../reasons.ts';
import type { Facts } from './facts.ts';
import type { Recovering, State } from './state.ts';
import { become, type Step } from './step.ts';
import { type Progress, wantNode } from './want.ts';

/**
 * Where recovery looks: in the Lease the mark names, else in the one the Node names, else in the one it deals with. A claim is always
 * given back where it was made.
 */
export function leaseOf(node: NodeSnapshot | null, facts: Facts): LeaseRef {
  if (node === null) return facts.lease.ref;
  const reading = readMark(node);
  const marked = reading.is === 'mark' ? leaseRefOf(reading.mark.lease) : null;
  return marked ?? namedLease(node) ?? facts.lease.ref;
}

/** The Node names the Lease this process deals with, before anything is written into that. One that names another keeps it here. */
export function nameLease(facts: Facts, now: Now): Progress<NodeSnapshot, 'gone'> {
  return wantNode(facts, now, (node) =>
    namedLease(node) === null
      ? { patch: namePatch(node, facts.lease.ref, now.chance), purpose: 'name' }
      : { nothing: true },
  );
}

/** The Node names the Lease of the settings instead of one in which nothing is left; a Node that names none is left as it is. */
export function nameNew(facts: Facts, now: Now): Progress<NodeSnapshot, 'gone'> {
  const { lease } = facts.settings;
  return wantNode(facts, now, (node) => {
    const named = namedLease(node);
    if (named === null || isSameLease(named, lease)) return { nothing: true };
    return { patch: namePatch(node, lease, now.chance), purpose: 'name' };
  });
}

/** The Node names a Lease in which nobody looks: an etcd that was restored brought the name back, or an earlier request landed late. */
export function namesOther({ node, lease, settings }: Facts): boolean {
  const named = node.seen.is === 'node' ? namedLease(node.seen.node) : null;
  return named !== null && !isSameLease(named, lease.ref) && !isSameLease(named, settings.lease);
}

/**
 * The Lease of an earlier pool may not be read any more, and only the Node's name for it leads there: whose rights to it were taken
 * could not give anything back in it either, and a pool that moved to another namespace would stand still. Asked for as long as
 * rights may take to come after an API server was started.
 */
export function isOutOfReach({ facts, since }: State & { readonly phase: Recovering }, now: Now): boolean {
  const { node } = facts;
  if (node.seen.is !== 'node' || readMark(node.seen.node).is !== 'none') return false;
  return refusal(facts) !== null && now.mono >= since.mono + limits.secondLook;
}

/**
 * Who has nothing but the Lease of an earlier pool to look at, or to leave, and is refused it: recovery sees whether it is out of reach,
 * as a start would. Null: it is not refused.
 */
export function lookWhetherInReach({ facts }: State): Step | null {
  const refused = refusal(facts);
  // The time of a stop is for what it gives back.
  if (refused === null || facts.stop !== null) return null;
  return become({ name: 'recovering', cause: 'second-look', step: 'look' }, refused, [], { looking: false });
}

function refusal({ lease, settings }: Facts): Reason | null {
  const { problem, ref } = lease;
  return problem?.code === 'api-refused' && !isSameLease(ref, settings.lease) ? problem : null;
}
