import { settlePatch } from '../cordon-mark.ts';
import { settleWrite, writeRecord } from '../lease/format.ts';
import { leaseText } from '../lease/object.ts';
import { leaseMissing } from '../lease/pool.ts';
import type { LeaseRecord } from '../lease/record.ts';
import { honourForceRelease } from '../lease/release.ts';
import type { NodePatch, NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Effect, LeasePurpose, NodePurpose } from './effect.ts';
import type { Facts } from './facts.ts';

/**
 * How far a wish has come.
 * - `done`: the object is as wished, seen in a state that is good as the base of a write.
 * - `doing`: something is under way or has to wait its distance; `effects` begins the next request, if there is one to begin.
 * - `not`: it cannot be had now.
 */
export type Progress<Seen, Word> =
  | { readonly is: 'done'; readonly seen: Seen }
  | {
      readonly is: 'doing';
      readonly effects: readonly Effect[];
      readonly wakeAt: number | null;
      readonly waits: Reason;
    }
  | { readonly is: 'not'; readonly because: Word };

/** What a phase wants of the record as it stands: this after it, nothing any more, or it may not (a word of its own). */
export type LeaseWish<Word> =
  | { readonly write: LeaseRecord; readonly purpose: LeasePurpose }
  | { readonly nothing: true }
  | { readonly mayNot: Word };

export type LeaseTrouble = 'missing' | 'unreadable';

/**
 * Brings the Lease towards a wish, one request at a time: reads it consistently when what is known is no base, settles a
 * write without an answer, and then writes what the wish makes of the record as it was read. Every write is a
 * compare-and-swap on what was read; a Lease that is gone or cannot be read is never written.
 */
export function wantLease<Word = never>(
  facts: Facts,
  now: Now,
  wish: (record: LeaseRecord) => LeaseWish<Word>,
): Progress<LeaseRecord, Word | LeaseTrouble> {
  const { lease } = facts;
  const waits = lease.problem ?? reason('starting');
  if (facts.busy.lease) return { is: 'doing', effects: [], wakeAt: null, waits };
  if (now.mono < lease.notBefore) return { is: 'doing', effects: [], wakeAt: lease.notBefore, waits };
  if (!lease.current) return { is: 'doing', effects: [readLease(facts)], wakeAt: null, waits };
  if (lease.seen.is !== 'lease') return { is: 'not', because: 'missing' };
  if (!lease.seen.reading.readable) return { is: 'not', because: 'unreadable' };
  const { object, reading } = lease.seen;
  if (lease.doubt !== null) {
    return { is: 'doing', effects: [write(settleWrite(object, now), 'settle')], wakeAt: null, waits };
  }
  // An entry that an admin wants gone is gone for every wish, and the first who may write takes it out.
  const record = honourForceRelease(reading.record);
  const wanted = wish(record);
  if ('write' in wanted) {
    return {
      is: 'doing',
      effects: [write(writeRecord(object, wanted.write, now), wanted.purpose)],
      wakeAt: null,
      waits,
    };
  }
  if (record !== reading.record) {
    return { is: 'doing', effects: [write(writeRecord(object, record, now), 'force-release')], wakeAt: null, waits };
  }
  return 'nothing' in wanted ? { is: 'done', seen: record } : { is: 'not', because: wanted.mayNot };
}

/** The Lease as it is now, read consistently and with nothing in doubt. */
export function knowLease(facts: Facts, now: Now): Progress<LeaseRecord, LeaseTrouble> {
  return wantLease(facts, now, () => ({ nothing: true }));
}

/** The same of a Lease that is known by an answer to a request begun at `since` (monotonic) or later: a watch may be silent. */
export function knowYoungLease(facts: Facts, since: number, now: Now): Progress<LeaseRecord, LeaseTrouble> {
  const { lease } = facts;
  const isYoung = lease.knownAt !== null && lease.knownAt >= since;
  return knowLease(isYoung ? facts : { ...facts, lease: { ...lease, current: false } }, now);
}

export type NodeWish<Word> =
  | { readonly patch: NodePatch; readonly purpose: NodePurpose }
  | { readonly nothing: true }
  | { readonly mayNot: Word };

/** The same for the own Node; each PATCH is guarded by the resourceVersion it was decided on. */
export function wantNode<Word = never>(
  facts: Facts,
  now: Now,
  wish: (node: NodeSnapshot) => NodeWish<Word>,
): Progress<NodeSnapshot, Word | 'gone'> {
  const { node } = facts;
  const waits = node.problem ?? reason('starting');
  if (facts.busy.node) return { is: 'doing', effects: [], wakeAt: null, waits };
  if (now.mono < node.notBefore) return { is: 'doing', effects: [], wakeAt: node.notBefore, waits };
  if (!node.current || (node.doubt !== null && !node.unmoved)) {
    return { is: 'doing', effects: [{ do: 'read-node', lane: 'node' }], wakeAt: null, waits };
  }
  if (node.seen.is !== 'node') return { is: 'not', because: 'gone' };
  const seen = node.seen.node;
  if (node.doubt !== null) {
    return { is: 'doing', effects: [patch(settlePatch(seen, now.chance), 'settle')], wakeAt: null, waits };
  }
  const wanted = wish(seen);
  if ('nothing' in wanted) return { is: 'done', seen };
  if ('mayNot' in wanted) return { is: 'not', because: wanted.mayNot };
  return { is: 'doing', effects: [patch(wanted.patch, wanted.purpose)], wakeAt: null, waits };
}

/** The same of a Node that is known by an answer to a request begun at `since` (monotonic) or later: a watch may be silent. */
export function wantYoungNode<Word = never>(
  facts: Facts,
  since: number,
  now: Now,
  wish: (node: NodeSnapshot) => NodeWish<Word>,
): Progress<NodeSnapshot, Word | 'gone'> {
  const { node } = facts;
  const isYoung = node.knownAt !== null && node.knownAt >= since;
  return wantNode(isYoung ? facts : { ...facts, node: { ...node, current: false } }, now, wish);
}

/** Why the Lease cannot be used, in words. */
export function leaseTrouble(facts: Facts, trouble: LeaseTrouble): Reason {
  const { ref, seen } = facts.lease;
  const lease = leaseText(ref);
  if (trouble === 'missing') return leaseMissing(ref);
  const why = seen.is === 'lease' && !seen.reading.readable ? seen.reading.why : 'no reason given';
  return reason('lease-unreadable', { lease, namespace: ref.namespace, name: ref.name, why });
}

function readLease(facts: Facts): Effect {
  return { do: 'read-lease', lane: 'lease', lease: facts.lease.ref, consistency: 'consistent' };
}

function write(object: Parameters<typeof writeRecord>[0], purpose: LeasePurpose): Effect {
  return { do: 'write-lease', lane: 'lease', object, purpose };
}

function patch(of: NodePatch, purpose: NodePurpose): Effect {
  return { do: 'patch-node', lane: 'node', patch: of, purpose };
}
