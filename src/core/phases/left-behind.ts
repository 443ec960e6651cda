import { type LeaseRef, leaseText } from '../lease/object.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Left } from './effect.ts';
import type { Facts } from './facts.ts';
import type { PhaseName, State } from './state.ts';

/** The phases in which the claim is this node's. */
export const holding: readonly PhaseName[] = ['draining', 'rebooting', 'verifying', 'restoring', 'backing-out'];

/** What a service leaves that ends before it has seen what an earlier start left. */
export function leftUnseen(lease: LeaseRef): Left {
  const text = `what an earlier start may have left in ${leaseText(lease)} and on the Node is left as it is`;
  return { text, claim: true };
}

/** What a service that ends in this state leaves of its work; "nothing is held" where it leaves nothing. */
export function leftBehind({ phase, facts }: State): Left {
  const lease = leaseText(facts.lease.ref);
  const claimless = !holding.includes(phase.name) || ('claim' in phase && phase.claim === null);
  if (phase.name === 'recovering' || (claimless && isHidden(facts))) return leftUnseen(facts.lease.ref);
  if ('claim' in phase && phase.claim === null) {
    const text = `no claim is held; our mark and what came with it are left on the Node (${phase.name}), and the next start goes on with them`;
    return { text, claim: false };
  }
  if (holding.includes(phase.name))
    return { text: `the claim in ${lease} is left as it is (${phase.name})`, claim: true };
  if (facts.lease.doubt !== null || facts.busy.lease) {
    const text = `the last write of ${lease} got no answer, and a claim or a place in its queue may be left`;
    return { text, claim: true };
  }
  if (phase.name === 'queued') return { text: `the place in the queue of ${lease} is left as it is`, claim: false };
  return { text: 'nothing is held', claim: false };
}

/** Nobody has seen yet what an earlier start left in a Lease that cannot be read. */
function isHidden({ earlier, lease: { seen } }: Facts): boolean {
  return earlier && seen.is === 'lease' && !seen.reading.readable;
}

/** What is true of this node once the service has ended in this state and none is to follow. */
export function endedReason(state: State, now: Now): Reason {
  return reason('service-ended', { at: wallText(now.wall), left: leftBehind(state).text });
}
