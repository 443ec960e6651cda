import { readMark } from '../cordon-mark.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Facts } from './facts.ts';

/** Why the node takes pods again in the middle of this claim; null: it is cordoned, or not seen. */
export function uncordoned({ node }: Facts, claim: string): Reason | null {
  if (node.seen.is !== 'node' || node.seen.node.unschedulable) return null;
  const { name } = node.seen.node;
  if (node.wentBack) return reason('cordon-gone', { node: name, why: older });
  const reading = readMark(node.seen.node);
  // An uncordon leaves the mark, and a state from before the cordon has none.
  const person = reading.is === 'mark' && reading.mark.claim === claim;
  return person ? reason('uncordoned') : reason('cordon-gone', { node: name, why: bothGone });
}

const older = 'it shows an older state than was seen before (restored)';
const bothGone = 'our mark is gone too, so somebody took both off, or an older state was restored';
