import { type Now, wallText } from '../now.ts';
import type { Holder, HolderPhase, LeaseRecord, Me } from './record.ts';

/** My claim as it stands in a record: the entry and where it is in the list. */
export interface OwnEntry {
  readonly at: number;
  readonly entry: Holder;
}

/** The entry that is this claim of this machine; null when it is gone, or is another claim or another machine's. */
export function ownEntry(record: LeaseRecord, me: Me, claim: string): OwnEntry | null {
  const at = record.holders.findIndex((slot) => slot.readable && isMyClaim(slot.entry, me, claim));
  return entryAt(record, at);
}

/** The first entry under my name, whatever claim or machine made it. */
export function entryOfMyName(record: LeaseRecord, me: Me): OwnEntry | null {
  return entryAt(
    record,
    record.holders.findIndex((slot) => slot.readable && slot.entry.node === me.node),
  );
}

/** Whether the entry is this claim, made by (or handed over to) this machine. */
export function isMyClaim(holder: Holder, me: Me, claim: string): boolean {
  return holder.node === me.node && holder.machine === me.machine && holder.claim === claim;
}

/**
 * The record with my entry rewritten. Each rewrite says who wrote it and when; `since` moves only with the phase. The boot
 * and the claim's id stay what they were at the claim.
 */
export function rewrite(
  record: LeaseRecord,
  own: OwnEntry,
  change: Partial<Omit<Holder, 'node' | 'claim' | 'boot' | 'by' | 'since' | 'changed'>>,
  me: Me,
  now: Now,
): LeaseRecord {
  const text = wallText(now.wall);
  const phase: HolderPhase = change.phase ?? own.entry.phase;
  const since = phase === own.entry.phase ? own.entry.since : text;
  const entry: Holder = { ...own.entry, ...change, by: me.by, since, changed: text };
  return { ...record, holders: record.holders.with(own.at, { readable: true, entry }) };
}

function entryAt(record: LeaseRecord, at: number): OwnEntry | null {
  const slot = record.holders[at];
  return slot?.readable ? { at, entry: slot.entry } : null;
}
