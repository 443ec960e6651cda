import { isRebooted } from '../boot-mark.ts';
import type { MarkReading } from '../cordon-mark.ts';
import type { Holder, Me } from '../lease/record.ts';
import type { ClaimNote } from '../mark-text.ts';

/**
 * Whether the machine was rebooted since a claim under its name. The entry is in the Lease, which every node of the pool may
 * write; what proves a reboot is only what this node itself has kept.
 *
 * - `rebooted`: the note, which is the node's own, is of another boot, whatever the entry says.
 * - `unproven`: the entry alone says so. The node may have gone down before its mark was written, or have been registered anew; or
 *   somebody wrote the entry.
 * - `contradicted`: the entry says so and the node's own note is of this boot, so somebody changed the entry.
 */
export type RebootedSince =
  | { readonly is: 'no' | 'unproven' | 'contradicted' }
  | { readonly is: 'rebooted'; readonly note: ClaimNote };

export function rebootedSince(entry: Holder, mark: MarkReading, fenced: ClaimNote | null, me: Me): RebootedSince {
  const note = ownNote(entry.claim, mark, fenced);
  if (note !== null && isOfOtherBoot(note, me)) return { is: 'rebooted', note };
  if (!isOfOtherBoot(entry, me)) return { is: 'no' };
  return { is: note === null ? 'unproven' : 'contradicted' };
}

/** Whether the machine was rebooted since this was written: another boot, or a soft reboot where the fence was for one. */
export function isOfOtherBoot({ boot, method }: Pick<Holder, 'boot' | 'method'>, me: Me): boolean {
  return isRebooted(boot, me.boot, method);
}

/** The mark of this claim; where somebody took that off, the fence of it as remembered; else a mark of whatever claim. */
function ownNote(claim: string, reading: MarkReading, fenced: ClaimNote | null): ClaimNote | null {
  const mark = reading.is === 'mark' ? reading.mark : null;
  return [mark, fenced].find((note) => note?.claim === claim) ?? mark;
}
