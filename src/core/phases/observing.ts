import { claim } from '../lease/claim.ts';
import { describeHolders } from '../lease/describe.ts';
import { mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { placeOf } from '../lease/queue.ts';
import { mostQueued } from '../lease/record.ts';
import { limits, pollDistance } from '../limits.ts';
import type { Need } from '../need.ts';
import type { Now } from '../now.ts';
import { type Reason, reason, reasonRemedy, reasonSentence } from '../reasons.ts';
import type { Facts } from './facts.ts';
import { type PermissionNow, pausedReason } from './questions.ts';
import type { State, Waiting } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { leaseTrouble } from './want.ts';

type This = State & { readonly phase: Waiting };

/**
 * A node that needs a reboot and only observes: says what it would do now, or what would keep it waiting. What stands in the
 * Lease is polled, as by a node that finds the queue full; nothing is written and nothing followed.
 */
export function observing(
  state: This,
  permission: Exclude<PermissionNow, { readonly is: 'asking' }>,
  need: Need,
  now: Now,
): Step {
  const { facts, phase } = state;
  if (permission.is === 'refused' && permission.why.code !== 'observing')
    return stay(state, permission.why, [], permission.askedAt + limits.lookAgain + 1);
  const waits = would(facts, need, now);
  if (phase.poll === 'asked' && phase.observes) {
    return facts.busy.lease ? stay(state, waits) : answered(state, waits, now);
  }
  if (phase.observes && now.mono < phase.notBefore) return stay(state, waits, [], phase.notBefore);
  if (facts.busy.lease) return stay(state, waits);
  const asked: Waiting = { name: 'waiting', notBefore: 0, poll: 'asked', observes: true };
  const effect = { do: 'read-lease', lane: 'lease', lease: facts.lease.ref, consistency: 'any' } as const;
  return { phase: asked, effects: [effect], waits, wakeAt: null };
}

/** What a cache shows of ours (a claim or a place from before, or one that landed late) is looked at again consistently. */
function answered(state: This, waits: Reason, now: Now): Step {
  const { facts } = state;
  const { seen } = facts.lease;
  const notBefore = now.mono + pollDistance(now);
  const phase: Waiting = { name: 'waiting', notBefore, poll: 'due', observes: true };
  const record = seen.is === 'lease' && seen.reading.readable ? seen.reading.record : null;
  const ours = record !== null && (mine(record, facts.me) !== null || placeOf(record, facts.me.node) !== null);
  if (ours) return become(phase, waits, [], { nextLook: 0 });
  return { phase, effects: [], waits, wakeAt: notBefore };
}

/** What would become of asking for the turn, by the Lease as it was last seen. */
function would(facts: Facts, need: Need, now: Now): Reason {
  const { lease } = facts;
  const { seen } = lease;
  if (lease.problem !== null) return wouldWait(lease.problem);
  if (seen.is === 'nothing') return reason('starting');
  if (seen.is === 'gone') return wouldWait(leaseTrouble(facts, 'missing'));
  if (!seen.reading.readable) return wouldWait(leaseTrouble(facts, 'unreadable'));
  const { record } = seen.reading;
  const name = leaseText(lease.ref);
  if (claim(record, facts.me, need, facts.settings, null, now).granted) return reason('would-reboot', { lease: name });
  if (record.paused !== null) return wouldWait(pausedReason(facts, record));
  const length = record.queue.length;
  if (length >= mostQueued) return wouldWait(reason('queue-full', { lease: name, length: String(length) }));
  const holders = describeHolders(record, now);
  if (length === 0) return wouldWait(reason('pool-busy', { holders, lease: name }));
  const place = String(length + 1);
  return wouldWait(reason('not-my-turn', { place, length: place, lease: name, holders: `waiting for ${holders}` }));
}

function wouldWait(why: Reason): Reason {
  return reason('would-wait', { why: reasonSentence(why), remedy: reasonRemedy(why) });
}
