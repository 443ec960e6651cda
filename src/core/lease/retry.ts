import type { Now } from '../now.ts';
import { ownEntry, rewrite } from './own-entry.ts';
import type { LeaseRecord, Me, Ruling } from './record.ts';

/** A person's retry: the own entry is no longer stuck, and its fences and starts are counted from zero again. */
export function retryClaim(
  record: LeaseRecord,
  me: Me,
  claim: string,
  now: Now,
): Ruling<'claim-lost' | 'nothing-to-do'> {
  const own = ownEntry(record, me, claim);
  if (own === null) return { granted: false, because: 'claim-lost' };
  if (own.entry.stuck === undefined && own.entry.attempt === 0) return { granted: false, because: 'nothing-to-do' };
  const { stuck: _, ...free } = own.entry;
  return { granted: true, record: rewrite(record, { at: own.at, entry: free }, { attempt: 0, starts: 0 }, me, now) };
}
