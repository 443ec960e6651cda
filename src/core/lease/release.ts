import { outsideText } from '../outside-text.ts';
import { holderName } from './entry.ts';
import { isMyClaim } from './own-entry.ts';
import { leave } from './queue.ts';
import type { Holder, LeaseRecord, Me, Ruling, Slot } from './record.ts';

/** The release: my entry of this claim, my place in the queue and a request to release that names me go in one record. */
export function release(record: LeaseRecord, me: Me, claim: string): Ruling<'not-holding'> {
  const holders = without(record, (slot) => slot.readable && isMyClaim(slot.entry, me, claim));
  if (holders === record.holders) return { granted: false, because: 'not-holding' };
  return { granted: true, record: unasked(leave({ ...record, holders }, me.node), me.node) };
}

/** Whether a person asks this node to give the Lease back. */
export function isReleaseAsked(record: LeaseRecord, me: Me): boolean {
  return record.release === me.node;
}

/** Asks the node's holder to back out; it takes the request away with its release. */
export function askRelease(record: LeaseRecord, node: string): Ruling<'not-holding'> {
  if (!names(record).includes(node)) return { granted: false, because: 'not-holding' };
  return { granted: true, record: { ...record, release: node } };
}

/**
 * Removes the node's entry now, and any request that names it. The machine may still go down. `node` is a name as
 * spec.holderIdentity shows it, so `?` removes the entries that name no node. Its place in the queue stays: a node that
 * lives uses it, one that does not is passed by.
 */
export function forceRelease(record: LeaseRecord, node: string): Ruling<'not-holding'> {
  if (!names(record).includes(node)) return { granted: false, because: 'not-holding' };
  return { granted: true, record: removed(record, node) };
}

/**
 * Carries out the annotation `kured-host/force-release`: the entry it names and the annotation go; the very same record when
 * it is absent. The next node that writes does this, so it comes before every other rule of a write, and a record in which it
 * is still to be done already counts as done.
 */
export function honourForceRelease(record: LeaseRecord): LeaseRecord {
  return record.forceRelease === null ? record : removed(record, record.forceRelease);
}

/** Nobody claims or fences while the pool is paused; `why` is shown to people and may be empty. */
export function pause(record: LeaseRecord, why: string): LeaseRecord {
  return { ...record, paused: outsideText(why, longestReason) };
}

/** The very same record when the pool is not paused. */
export function resume(record: LeaseRecord): LeaseRecord {
  return record.paused === null ? record : { ...record, paused: null };
}

const longestReason = 300;

function removed(record: LeaseRecord, node: string): LeaseRecord {
  const holders = without(record, (slot) => holderName(slot) === node);
  const forceRelease = record.forceRelease === node ? null : record.forceRelease;
  return unasked({ ...record, holders, forceRelease }, node);
}

function unasked(record: LeaseRecord, node: string): LeaseRecord {
  return record.release === node ? { ...record, release: null } : record;
}

function names(record: LeaseRecord): readonly string[] {
  return record.holders.map(holderName);
}

function without(record: LeaseRecord, is: (slot: Slot<Holder>) => boolean): readonly Slot<Holder>[] {
  return record.holders.some(is) ? record.holders.filter((slot) => !is(slot)) : record.holders;
}
