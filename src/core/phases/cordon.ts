import { cordonPatch, markMethod, readMark } from '../cordon-mark.ts';
import { leaseText } from '../lease/object.ts';
import type { NodePatch, NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import { kuredStanding } from '../standing.ts';
import type { Facts } from './facts.ts';
import { claimNow } from './questions.ts';
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
  const held = claimNow(facts, claim);
  const need = held.is === 'held' ? held.entry.need : { fingerprint: '', reasons: [] };
  const { boot } = facts.me;
  const how = markMethod(facts.settings.rebootMethod);
  const mark = { claim, boot, need, lease: leaseText(facts.lease.ref), ...how };
  const wanted = facts.settings.node;
  const { excludeFromLoadBalancers } = wanted;
  const patch = cordonPatch(node, mark, now.chance, { ...wanted.beforeDrain, excludeFromLoadBalancers });
  const kured = kuredStanding(node, standingOf(wanted), 'on', now);
  return { ...patch, annotations: { ...patch.annotations, ...kured } };
}
