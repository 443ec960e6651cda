import { bootName } from '../boot-mark.ts';
import { type Handled, noteHandled } from '../handled.ts';
import { markStuck, mine, stuckText } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { hooksDistance, limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { proveReboot } from '../proof.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import type { Moment } from './effect.ts';
import { type HooksNow, hooksNow, noHooks, stopWork } from './hooks.ts';
import { handledOf } from './observe-node.ts';
import { claimNow } from './questions.ts';
import { restoringReason, wayBackNow } from './restoring-reason.ts';
import { retriedSince } from './retried.ts';
import type { Restoring, State, Verifying } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { wantLease, wantNode } from './want.ts';

type This = State & { readonly phase: Verifying };

/**
 * Another boot, or what says so: nothing is undone before this boot's kubelet has reported Ready under this boot's ID, and the
 * hooks after the boot have said yes to it.
 */
export function verifying(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (phase.claim !== null && claimNow(facts, phase.claim).is === 'lost') {
    return become(
      { name: 'recovering', cause: 'claim-lost', step: 'look' },
      reason('claim-lost', { lease: leaseText(facts.lease.ref) }),
      stopWork(state),
    );
  }
  const node = wantNode(facts, now, () => ({ nothing: true }));
  if (node.is === 'doing') return missing(state, node.waits, now, node.effects, node.wakeAt);
  if (node.is === 'not') return missing(state, reason('node-missing', { node: facts.me.node }), now);
  const proof = proveReboot(phase.from, facts.me.boot, facts.me.began, node.seen);
  return proof.proven ? checked(state, now) : missing(state, proof.missing, now);
}

/** The hooks run until they have said yes once in this boot; between two tries they are left alone, unless a person asks. */
function checked(state: This, now: Now): Step {
  const { facts, phase } = state;
  const { failed } = phase;
  const retried = failed !== null && retriedSince(facts, failed.at);
  if (failed !== null && now.mono < failed.notBefore && !retried)
    return missing(state, failed.reason, now, [], failed.notBefore);
  const { id, soft } = facts.me.boot;
  const run = `${id}/${soft ?? 0}`;
  const round = hooksNow(facts, { phase: 'after-boot', node: facts.me.node, run, reasons: phase.need.reasons });
  switch (round.is) {
    case 'running':
      return failed === null ? firstTry(state, round, now) : missing(state, failed.reason, now, round.effects);
    case 'failed':
      return hooksFailed(state, round.reason, now);
    case 'done':
      return proven(state, now);
  }
}

/** The node is back: the deadline is for one that is not, and a hook's first try has a time of its own. */
function firstTry(state: This, { waits, effects }: Extract<HooksNow, { is: 'running' }>, now: Now): Step {
  if (state.phase.stuck !== null) {
    return become({ ...state.phase, stuck: null }, waits, [...effects, { do: 'tell', moment: { what: 'unstuck' } }]);
  }
  const noted = noteStuck(state, now);
  return stay(state, waits, [...effects, ...noted.effects], noted.wakeAt);
}

function hooksFailed(state: This, why: Reason, now: Now): Step {
  const { phase } = state;
  const times = (phase.failed?.times ?? 0) + 1;
  const failed = { reason: why, times, at: now.mono, notBefore: now.mono + hooksDistance(times, now) };
  const other = phase.stuck !== null && reasonSentence(phase.stuck.reason) !== reasonSentence(why);
  const stuck = other ? { reason: why, at: now.mono } : phase.stuck;
  const told: Step['effects'] = other ? [{ do: 'tell', moment: { what: 'stuck', reason: why } }] : [];
  return become({ ...phase, failed, stuck }, why, told, { hooks: noHooks });
}

function proven(state: This, now: Now): Step {
  const { facts, phase } = state;
  const note = handledNote(state, now);
  const handled = note === null ? null : JSON.stringify(note);
  const rebooted = phase.from !== null && !wasProven(state);
  const next: Restoring = {
    name: 'restoring',
    claim: phase.claim,
    handled,
    rebooted,
    nonce: null,
    restored: false,
    releaseAt: null,
  };
  const waits = restoringReason(facts, next);
  const told = moments(state);
  return become(
    next,
    waits,
    told.map((moment) => ({ do: 'tell', moment })),
  );
}

/** A reboot is told once; and where a claim is given back of which only the Lease says so, that none is known. */
function moments(state: This): readonly Moment[] {
  const { facts, phase } = state;
  if (wasProven(state)) return [];
  if (phase.from === null) return phase.claim === null ? [] : [{ what: 'unproven' }];
  const boots = { from: bootName(phase.from), to: bootName(facts.me.boot) };
  return [{ what: 'rebooted', ...boots, back: wayBackNow(facts, phase.claim) }];
}

/** The need that this boot has met; null: nothing is known to write. */
function handledNote(state: This, now: Now): Handled | null {
  const { facts, phase } = state;
  const before = handledOf(facts);
  // A Node that was deleted and registered anew has lost the note, and the need may be there still.
  if (wasProven(state) && before !== null) return before;
  return phase.from === null ? null : noteHandled(before, phase.need, bootName(facts.me.boot), now);
}

/**
 * The reboot of this claim was proven before, in this boot or in an earlier one, and what was left was the release. Where the mark still
 * stands it was not, whatever the entry says: the restore comes before.
 */
function wasProven({ facts, phase }: This): boolean {
  if (phase.claim === null || (phase.from !== null && !phase.remembered)) return false;
  const claim = claimNow(facts, phase.claim);
  const delayed = claim.is === 'held' && claim.entry.releaseAfter !== undefined;
  return delayed || handledOf(facts)?.boot === bootName(facts.me.boot);
}

function missing(
  state: This,
  why: Reason,
  now: Now,
  effects: Step['effects'] = [],
  wakeAt: number | null = null,
): Step {
  const { facts, phase } = state;
  const retried = phase.stuck !== null && retriedSince(facts, phase.stuck.at);
  if (retried) {
    const next: Verifying = {
      ...phase,
      failed: null,
      stuck: null,
      deadline: now.mono + facts.settings.verificationTimeout,
    };
    return { ...become(next, why, [...effects, { do: 'tell', moment: { what: 'unstuck' } }]), wakeAt };
  }
  const late = now.mono >= phase.deadline;
  if (late && phase.stuck === null) {
    const next: Verifying = { ...phase, stuck: { reason: why, at: now.mono } };
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
  const held = claim !== null && claimNow(facts, claim).is === 'held';
  // What may still land is settled, in a Lease that has become unreadable too.
  if (!held && facts.lease.doubt === null) return { effects: [], wakeAt: null };
  const progress = wantLease(facts, now, (record) => {
    if (!held) return { nothing: true };
    const why = stuck === null ? null : reasonSentence(stuck.reason);
    if (mine(record, facts.me)?.stuck === (why === null ? undefined : stuckText(why))) return { nothing: true };
    const ruling = markStuck(record, facts.me, claim, why, now);
    return ruling.granted ? { write: ruling.record, purpose: stuck === null ? 'unstuck' : 'stuck' } : { nothing: true };
  });
  return progress.is === 'doing' ? progress : { effects: [], wakeAt: null };
}
