import { noteHandled } from '../handled.ts';
import { markStuck, mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { proveReboot } from '../proof.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import { handledOf } from './observe-node.ts';
import { claimNow } from './questions.ts';
import type { State, Verifying } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { wantLease, wantNode } from './want.ts';

type This = State & { readonly phase: Verifying };

/** Another boot: nothing is undone before this boot's kubelet has reported Ready under this boot's ID. */
export function verifying(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (phase.claim !== null && claimNow(facts, phase.claim).is === 'lost') {
    return become(
      { name: 'recovering', cause: 'claim-lost', step: 'look' },
      reason('claim-lost', { lease: leaseText(facts.lease.ref) }),
    );
  }
  const node = wantNode(facts, now, () => ({ nothing: true }));
  if (node.is === 'doing') return missing(state, node.waits, now, node.effects, node.wakeAt);
  if (node.is === 'not') return missing(state, reason('node-missing', { node: facts.me.node }), now);
  const proof = proveReboot(phase.from, facts.me.boot, node.seen);
  return proof.proven ? proven(state, now) : missing(state, proof.missing, now);
}

function proven(state: This, now: Now): Step {
  const { facts, phase } = state;
  // A mark that could not be read names no need: what is known of the last one stays.
  const known = phase.need.fingerprint !== '';
  const handled = known ? JSON.stringify(noteHandled(handledOf(facts), phase.need, facts.me.boot.id, now)) : null;
  const waits = reason('restoring', { lease: leaseText(facts.lease.ref) });
  const effects = [{ do: 'tell', moment: { what: 'rebooted', from: phase.from.id, to: facts.me.boot.id } }] as const;
  return become({ name: 'restoring', claim: phase.claim, handled, nonce: null, restored: false }, waits, effects);
}

function missing(
  state: This,
  why: Reason,
  now: Now,
  effects: Step['effects'] = [],
  wakeAt: number | null = null,
): Step {
  const { facts, phase } = state;
  const retried = phase.stuck !== null && facts.retried > phase.stuck.at;
  if (retried) {
    const next: Verifying = { ...phase, stuck: null, deadline: now.mono + facts.settings.verificationTimeout };
    return { ...become(next, why, [...effects, { do: 'tell', moment: { what: 'unstuck' } }]), wakeAt };
  }
  const late = now.mono >= phase.deadline;
  if (late && phase.stuck === null) {
    const next: Verifying = { ...phase, stuck: { reason: why, at: now.wall } };
    return { ...become(next, why, [...effects, { do: 'tell', moment: { what: 'stuck', reason: why } }]), wakeAt };
  }
  const noted = noteStuck(state, now);
  const wake = late ? now.mono + limits.lookAgain : phase.deadline;
  return stay(state, why, [...effects, ...noted.effects], soonest(wakeAt, wake, noted.wakeAt));
}

/** The Lease says why the holder is stuck, and no longer when it is not. */
function noteStuck(state: This, now: Now): Pick<Step, 'effects' | 'wakeAt'> {
  const { facts, phase } = state;
  const { claim, stuck } = phase;
  if (claim === null || claimNow(facts, claim).is !== 'held') return { effects: [], wakeAt: null };
  const progress = wantLease(facts, now, (record) => {
    const noted = mine(record, facts.me)?.stuck !== undefined;
    if (noted === (stuck !== null)) return { nothing: true };
    const why = stuck === null ? null : reasonSentence(stuck.reason);
    const ruling = markStuck(record, facts.me, claim, why, now);
    return ruling.granted ? { write: ruling.record, purpose: stuck === null ? 'unstuck' : 'stuck' } : { nothing: true };
  });
  return progress.is === 'doing' ? progress : { effects: [], wakeAt: null };
}
