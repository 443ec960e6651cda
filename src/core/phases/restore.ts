import { fencePatch, nothingAround, readMark, restorePatch, writeAnnotation } from '../cordon-mark.ts';
import { parseHandled } from '../handled.ts';
import { needNote } from '../lease/claim.ts';
import { mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import type { LeaseRecord } from '../lease/record.ts';
import { release } from '../lease/release.ts';
import { limits } from '../limits.ts';
import type { ClaimNote } from '../mark-text.ts';
import type { Need } from '../need.ts';
import { coveredBy } from '../need-sum.ts';
import type { NodePatch, NodeSnapshot } from '../node-view.ts';
import { requestAnnotation, requestedBy } from '../node-wishes.ts';
import type { Now } from '../now.ts';
import { kuredStanding } from '../standing.ts';
import type { Facts } from './facts.ts';
import { standingOf } from './standing.ts';
import { type LeaseTrouble, type Progress, wantLease, wantNode, wantYoungNode } from './want.ts';

/**
 * The restore PATCH, which comes before every release: sent also when there is nothing to undo, and always with a change,
 * so that a cordon that lands late finds another resourceVersion. `sent` names the PATCH of ours by its random value; it
 * counts when the Node shows that value. A Node that is gone has nothing to restore.
 */
export function restoreNode(
  facts: Facts,
  proof: { readonly handled: string | null; readonly rebooted: boolean },
  sent: string | null,
  now: Now,
): { readonly progress: Progress<unknown, 'gone'>; readonly sent: string | null } {
  const progress = wantNode(facts, now, (node) => {
    if (sent !== null && node.annotations[writeAnnotation] === sent) return { nothing: true };
    const { handled, rebooted } = proof;
    const wanted = facts.settings.node;
    const patch = restorePatch(node, handled, now.chance, rebooted ? wanted.afterReboot : nothingAround);
    const kured = rebooted ? kuredStanding(node, standingOf(wanted), 'off', now) : {};
    return {
      patch: { ...patch, annotations: { ...patch.annotations, ...metRequest(node, handled), ...kured } },
      purpose: 'restore',
    };
  });
  const patched =
    progress.is === 'doing' &&
    progress.effects.some((effect) => effect.do === 'patch-node' && effect.purpose === 'restore');
  return { progress, sent: patched ? now.chance : sent };
}

/**
 * Whether the Node is still as the restore left it, asked before the claim goes: a restore of etcd brings the mark back, and the
 * cordon with it. Whose mark it is makes no difference, as the restore PATCH takes off any. A Node that is not known is read
 * first; one that is gone has nothing to restore.
 */
export function stillRestored(facts: Facts, now: Now): Progress<unknown, 'gone' | 'marked'> {
  return wantNode<'marked'>(facts, now, (node) =>
    readMark(node).is === 'none' ? { nothing: true } : { mayNot: 'marked' },
  );
}

/** The request on the Node goes with the reboot that met it; one of another value stays, and is another need. */
function metRequest(node: NodeSnapshot, handled: string | null): NodePatch['annotations'] {
  const met = handled === null ? null : parseHandled(handled);
  const asked = requestedBy(node);
  const isMet = met !== null && asked !== null && coveredBy(asked.fingerprint, met.need.fingerprint);
  return isMet ? { [requestAnnotation]: null } : {};
}

/**
 * The mark of this claim stands and says what the fence is for: without it no reboot would be known to have met the need, as the
 * Lease is every node's to write. The Node has to be known by an answer as young as permission, because the fence rests on it.
 */
export function markNeed(facts: Facts, claim: string, need: Need, now: Now): Progress<unknown, 'gone'> {
  return wantYoungNode(facts, now.mono - limits.permissionAge, now, (node) => {
    const reading = readMark(node);
    const mark = reading.is === 'mark' && reading.mark.claim === claim ? reading.mark : null;
    const note = fenceNote(facts, claim, need);
    const says = mark?.method === note.method && mark?.need.fingerprint === need.fingerprint;
    if (mark !== null && says) return { nothing: true };
    const { boot } = mark ?? note;
    return { patch: fencePatch(node, { ...note, boot }, leaseText(facts.lease.ref), now.chance), purpose: 'mark' };
  });
}

/** What this node itself keeps of a fence. */
export function fenceNote(facts: Facts, claim: string, need: Need): ClaimNote {
  const soft = facts.settings.rebootMethod === 'soft-reboot';
  return { claim, boot: facts.me.boot, need: needNote(need), ...(soft ? { method: 'soft-reboot' } : {}) };
}

/** Takes the own claim out of the Lease; done also when somebody else has taken it out. */
export function releaseClaim(facts: Facts, claim: string, now: Now): Progress<LeaseRecord, LeaseTrouble> {
  return wantLease<never>(facts, now, (record) => {
    if (mine(record, facts.me)?.claim !== claim) return { nothing: true };
    const ruling = release(record, facts.me, claim);
    return ruling.granted ? { write: ruling.record, purpose: 'release' } : { nothing: true };
  });
}
