import { roomLimit } from './lease/claim.ts';
import { describePause } from './lease/describe.ts';
import type { Reading } from './lease/format.ts';
import { leaseText } from './lease/object.ts';
import { placeOf } from './lease/queue.ts';
import type { Holder, LeaseRecord, QueueEntry, Slot } from './lease/record.ts';
import type { LeaseSeen } from './phases/facts.ts';
import type { State } from './phases/state.ts';
import { reasonSentence } from './reasons.ts';

/** The Lease of the pool as the status shows it. */
export interface LeaseStatus {
  readonly name: string;
  readonly holders: readonly string[];
  /** How many may hold at once, as this node sees it; null while the Lease was not read, or cannot be understood. */
  readonly limit: number | null;
  readonly queue: readonly string[];
  /** This node's place in the queue, 1 for the head; null when it has none. */
  readonly place: number | null;
  readonly paused: string | null;
  readonly problem: string | null;
  /** It is watched, or was asked for just now; false: all of this is as it was seen last. */
  readonly fresh: boolean;
}

export function leaseStatus({ facts }: State): LeaseStatus {
  const { lease, me, settings } = facts;
  const { reading } = lease.seen.is === 'lease' ? lease.seen : { reading: null };
  const record = reading?.readable === true ? reading.record : null;
  return {
    ...recordStatus(record, me.node, settings),
    name: leaseText(lease.ref),
    problem: lease.problem === null ? seenProblem(lease.seen) : reasonSentence(lease.problem),
    fresh: lease.watch === 'running',
  };
}

/** What a record says to the node; null: there is none to read. */
export function recordStatus(
  record: LeaseRecord | null,
  node: string | null,
  own: Parameters<typeof roomLimit>[1],
): Omit<LeaseStatus, 'name' | 'problem' | 'fresh'> {
  const place = record === null || node === null ? null : placeOf(record, node);
  return {
    holders: (record?.holders ?? []).map(nodeOf),
    limit: record === null ? null : roomLimit(record, own),
    queue: (record?.queue ?? []).map(nodeOf),
    place: place === null ? null : place + 1,
    paused: record === null ? null : describePause(record),
  };
}

/** Why a Lease has no record to show; null: it has, or was not read yet. */
export function leaseProblem(lease: Reading | 'gone'): string | null {
  if (lease === 'gone') return 'does not exist';
  return lease.readable ? null : `cannot be understood and so counts as held: ${lease.why}`;
}

function seenProblem(seen: LeaseSeen): string | null {
  return seen.is === 'nothing' ? null : leaseProblem(seen.is === 'gone' ? 'gone' : seen.reading);
}

function nodeOf(slot: Slot<Holder> | Slot<QueueEntry>): string {
  return slot.readable ? slot.entry.node : '?';
}
