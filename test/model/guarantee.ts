import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../src/core/lease/record.ts';

/**
 * What each node promises the others with each write of the Lease, and all it may rely on: it changes nothing but its own entry,
 * its own place and what an admin left to whoever writes next; a claim counts leaseTransitions up and takes nobody's place but
 * those before its own. Names what a write breaks of that; null: nothing.
 */
export function breachOfGuarantee(before: LeaseObject, after: LeaseObject, name: string): string | null {
  const [was, is] = [readRecord(before), readRecord(after)];
  if (!was.readable || !is.readable) return 'a Lease that cannot be read is written';
  if (before.metadata.uid !== after.metadata.uid) return 'a Lease is written over another';
  return breachOfRecord(was.record, is.record, name);
}

function breachOfRecord(was: LeaseRecord, is: LeaseRecord, name: string): string | null {
  const { forceRelease: forced } = was;
  const claims = entriesOf(is, name)[0] !== undefined && entriesOf(was, name)[0] === undefined;
  const standing = others(was.holders, name).filter((text) => forced === null || nodeIn(text) !== forced);
  const kept = others(is.holders, name);
  if (!same(kept, others(was.holders, name)) && !same(kept, standing)) return "another node's entry is changed";
  if (is.forceRelease !== forced && (is.forceRelease !== null || names(is).includes(forced ?? '')))
    return 'a release by force is taken for done';
  if (is.release !== was.release && (is.release !== null || names(is).includes(was.release ?? '')))
    return 'a request to release is changed by who it does not ask';
  if (is.paused !== was.paused || is.concurrency !== was.concurrency || is.format !== was.format)
    return 'what an admin decides is changed';
  if (is.transitions !== was.transitions + (claims ? 1 : 0)) return 'leaseTransitions do not count the claims';
  return breachOfQueue(was, is, name, claims);
}

function breachOfQueue(was: LeaseRecord, is: LeaseRecord, name: string, claims: boolean): string | null {
  const [before, after] = [others(was.queue, name), others(is.queue, name)];
  const place = was.queue.findIndex((slot) => slot.readable && slot.entry.node === name);
  const passed = claims ? was.queue.slice(0, Math.max(0, place)).length : 0;
  if (!same(after, before) && !same(after, before.slice(passed))) return "another node's place is changed";
  const joined = is.queue.findIndex((slot) => slot.readable && slot.entry.node === name);
  if (place === -1 && joined !== -1 && joined !== is.queue.length - 1) return 'a place in the queue before others';
  return claims && joined !== -1 ? 'a holder keeps its place in the queue' : null;
}

type Slots = LeaseRecord['holders'] | LeaseRecord['queue'];

function others(slots: Slots, name: string): readonly string[] {
  return slots.flatMap((slot) => (slot.readable && slot.entry.node === name ? [] : [slot.text ?? '']));
}

function entriesOf({ holders }: LeaseRecord, name: string): readonly string[] {
  return holders.flatMap((slot) => (slot.readable && slot.entry.node === name ? [slot.text ?? ''] : []));
}

function names({ holders }: LeaseRecord): readonly string[] {
  return holders.map((slot) => (slot.readable ? slot.entry.node : '?'));
}

function nodeIn(text: string): string {
  return (JSON.parse(text) as { readonly node: string }).node;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
