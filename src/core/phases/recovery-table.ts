import { type MarkReading, readMark } from '../cordon-mark.ts';
import type { Holder, Me } from '../lease/record.ts';
import { limits } from '../limits.ts';
import type { ClaimNote } from '../mark-text.ts';
import type { NodeSnapshot } from '../node-view.ts';
import { asksLogind } from '../reboot-method.ts';
import type { ShutdownLook } from '../shutdown.ts';
import { isOfOtherBoot, rebootedSince } from './rebooted-since.ts';

/** What recovery has read, all of it consistently and after the own entry was signed. */
export interface Found {
  readonly me: Me;
  readonly entry: 'none' | 'unreadable' | 'lease-gone' | Holder;
  readonly queued: boolean;
  /** Null: 404. */
  readonly node: NodeSnapshot | null;
  /** The last fence of this machine that is remembered. */
  readonly fenced: ClaimNote | null;
  /** A reboot that this process has asked for may still come, whatever systemd says: it may have been a command. */
  readonly rebootAsked: boolean;
  /** Null: not asked yet. */
  readonly look: ShutdownLook | null;
}

/**
 * What an earlier life left and what follows from it. `row` is the row of the table in the docs ("Recovery").
 *
 * - `ask-systemd`: nothing can be said before systemd was asked.
 * - `wait`: nothing is touched until what is found changes.
 * - `verify-unproven`: as `verify`, but no reboot of ours is known, so no need counts as met.
 * - `disown`: somebody changed the entry. It is given back without a word of a reboot, and what is ours on the Node is undone.
 */
export type Verdict =
  | { readonly row: number; readonly follow: 'idle' | 'queued' | 'restore' | 'verify' | 'verify-without-claim' }
  | { readonly row: number; readonly follow: 'verify-unproven' | 'disown' }
  | { readonly row: number; readonly follow: 'drain' | 'back-out' | 'finish-back-out' | 'release' }
  | { readonly row: number; readonly follow: 'take-fence-back' | 'wait-for-reboot' }
  | { readonly row: number; readonly follow: 'wait-for-shutdown' | 'wait-readable' | 'wait-for-person' }
  | { readonly row: number; readonly follow: 'ask-systemd' };

/** Reads the table of recovery: each row is one line below, in the table's order. */
export function recoveryVerdict(found: Found): Verdict {
  const mark = markOf(found.node);
  if (found.entry === 'unreadable') return unreadableLease(mark, found);
  if (found.entry === 'none' || found.entry === 'lease-gone') return noEntry(mark, found);
  return ownEntry(found.entry, mark, found);
}

function unreadableLease(mark: MarkReading, found: Found): Verdict {
  return ofOtherBoot(mark, found.me)
    ? { row: 14, follow: 'verify-without-claim' }
    : { row: 14, follow: 'wait-readable' };
}

/** Rows 1 to 4, and 15: a Lease that is gone holds nobody. */
function noEntry(mark: MarkReading, found: Found): Verdict {
  if (mark.is === 'none') return { row: 1, follow: found.queued ? 'queued' : 'idle' };
  if (ofOtherBoot(mark, found.me)) return { row: 4, follow: 'verify-without-claim' };
  if (found.look === null) return { row: 3, follow: 'ask-systemd' };
  return goesDown(found) ? { row: 3, follow: 'wait-for-shutdown' } : { row: 2, follow: 'restore' };
}

/** A reboot may be under way: nothing of this boot is undone. */
function goesDown({ rebootAsked, look }: Found): boolean {
  return rebootAsked || (look?.is !== 'none' && look?.is !== 'scheduled');
}

/** Rows 5 to 13, 16 and 17. */
function ownEntry(entry: Holder, mark: MarkReading, found: Found): Verdict {
  const { me, node } = found;
  if (entry.machine !== me.machine) return { row: 12, follow: 'wait-for-person' };
  const since = rebootedSince(entry, mark, found.fenced, me);
  switch (since.is) {
    case 'rebooted':
      return { row: since.note.boot.id === me.boot.id ? 10 : 11, follow: 'verify' };
    case 'unproven':
      return { row: 16, follow: 'verify-unproven' };
    case 'contradicted':
      if (found.look === null) return { row: 17, follow: 'ask-systemd' };
      return { row: 17, follow: goesDown(found) ? 'wait-for-shutdown' : 'disown' };
    case 'no':
      return ofThisBoot(entry, mark, node, found.look);
  }
}

/** Rows 5 to 9, and 13. */
function ofThisBoot(entry: Holder, mark: MarkReading, node: NodeSnapshot | null, look: Found['look']): Verdict {
  switch (entry.phase) {
    case 'backing-out':
      return node === null ? { row: 13, follow: 'release' } : { row: 7, follow: 'finish-back-out' };
    case 'draining':
      return drainingEntry(entry, mark, node);
    case 'rebooting':
    case 'verifying':
      return rebootingEntry(entry, look);
  }
}

function drainingEntry(entry: Holder, mark: MarkReading, node: NodeSnapshot | null): Verdict {
  if (node === null) return { row: 13, follow: 'release' };
  if (mark.is === 'mark' && mark.mark.claim === entry.claim && !node.unschedulable)
    return { row: 6, follow: 'back-out' };
  return entry.starts > limits.mostStarts ? { row: 5, follow: 'back-out' } : { row: 5, follow: 'drain' };
}

/**
 * Rows 8 and 9. Certain that no reboot will come is only: the fence's reboot, of whatever kind, was to be asked of logind, the process that
 * could have asked is dead, and logind, asked afterwards, prepares nothing, no job waits and nothing is scheduled.
 */
function rebootingEntry(entry: Holder, look: ShutdownLook | null): Verdict {
  if (look === null) return { row: 9, follow: 'ask-systemd' };
  const certain = entry.phase === 'rebooting' && asksLogind(entry.method) && look.is === 'none';
  return certain ? { row: 8, follow: 'take-fence-back' } : { row: 9, follow: 'wait-for-reboot' };
}

/** A mark that cannot be read tells no boot: it is taken off after verification, and its cordon is left (see cordonIsOurs). */
function ofOtherBoot(mark: MarkReading, me: Me): boolean {
  return mark.is === 'unreadable' || (mark.is === 'mark' && isOfOtherBoot(mark.mark, me));
}

export function markOf(node: NodeSnapshot | null): MarkReading {
  return node === null ? { is: 'none' } : readMark(node);
}
