import { leaseText } from '../lease/object.ts';
import { type Reason, reason } from '../reasons.ts';
import { type WayBack, wayBack, wayBackText } from '../way-back.ts';
import type { Facts } from './facts.ts';
import type { Restoring } from './state.ts';

/**
 * What a node in this phase is about. Without a claim and without a reboot there is only a mark to take off (row 2 of recovery);
 * where only the Lease says that there was a reboot, a claim to give back (row 16).
 */
export function restoringReason(
  facts: Facts,
  { claim, rebooted, handled }: Pick<Restoring, 'claim' | 'rebooted' | 'handled'>,
): Reason {
  const does = wayBackText(wayBackNow(facts, claim));
  if (claim === null && !rebooted) return reason('unclaimed', { does });
  return handled === null ? reason('unproven', { does }) : reason('restoring', { does });
}

/** What is going to be undone, by the Node as it is known now. */
export function wayBackNow({ node, lease }: Facts, claim: string | null): WayBack {
  return wayBack(node.seen.is === 'node' ? node.seen.node : null, claim === null ? null : leaseText(lease.ref));
}
