import { cordonPatch, readMark } from '../cordon-mark.ts';
import { needNote } from '../lease/claim.ts';
import { leaseText } from '../lease/object.ts';
import type { NeedNote } from '../lease/record.ts';
import type { NodePatch, NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import { kuredStanding } from '../standing.ts';
import type { Facts } from './facts.ts';
import { claimNow, needNow } from './questions.ts';
import { standingOf } from './standing.ts';
import { type Progress, wantNode } from './want.ts';

/**
 * Cordon, mark, and what an admin wants written before the drain, in one PATCH; done when the mark of this claim stands. So a
 * later start finds all of it or nothing, and the mark tells it what to put back.
 */
export function cordonNode(facts: Facts, claim: string, now: Now): Progress<unknown, 'gone'> {
  return wantNode(facts, now, (node) => {
    const reading = readMark(node);
    if (reading.is === 'mark' && reading.mark.claim === claim) return { nothing: true };
    return { patch: patchOf(facts, node, claim, now), purpose: 'cordon' };
  });
}

function patchOf(facts: Facts, node: NodeSnapshot, claim: string, now: Now): NodePatch {
  const mark = { claim, boot: facts.me.boot, need: needOf(facts, claim, now), lease: leaseText(facts.lease.ref) };
  const wanted = facts.settings.node;
  const { excludeFromLoadBalancers } = wanted;
  const patch = cordonPatch(node, mark, now.chance, { ...wanted.beforeDrain, excludeFromLoadBalancers });
  const kured = kuredStanding(node, standingOf(wanted), 'on', now);
  return { ...patch, annotations: { ...patch.annotations, ...kured } };
}

/** As this node sees it. Where that is unknown just now, as its entry says: before the fence the mark is brought up to date. */
function needOf(facts: Facts, claim: string, now: Now): NeedNote {
  const known = needNow(facts, now);
  if (known.is === 'new') return needNote(known.need);
  const held = claimNow(facts, claim);
  return held.is === 'held' ? held.entry.need : { fingerprint: '', reasons: [] };
}
