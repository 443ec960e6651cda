import { fenceIsMine, takeFenceBack } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { limits, rebootDistance } from '../limits.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import { asksLogind } from '../reboot-method.ts';
import { askNodeToo, lookAtLease } from './ask-node.ts';
import { forcedNoMore } from './drain-time.ts';
import type { Facts } from './facts.ts';
import { freshDraining } from './fresh-draining.ts';
import { noHooks, stopWork } from './hooks.ts';
import { claimNow, givenUp, permissionNow } from './questions.ts';
import { ask, askAgain, fenceAgain } from './reboot-again.ts';
import { attemptsSpent, givesBack, stuck, uncertain, unknownAnswer } from './reboot-stuck.ts';
import { wayBackNow } from './restoring-reason.ts';
import type { Rebooting, State } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { uncordoned } from './uncordoned.ts';
import { leaseTrouble, wantLease, wantYoungNode } from './want.ts';

type This = State & { readonly phase: Rebooting };

/**
 * The fence is written. The call is made once for each fence, with permission no older than ten seconds. After a call the
 * machine may go down at any moment, so nothing is undone in this boot unless it is certain that no reboot will come.
 */
export function rebooting(state: This, now: Now): Step {
  const lost = lostClaim(state);
  if (lost !== null) return lost;
  if (state.phase.stuck !== null) return stuck(state, state.phase.stuck, now);
  return steps[state.phase.step](state, now);
}

const steps: Readonly<Record<Rebooting['step'], (state: This, now: Now) => Step>> = {
  call,
  asked,
  'take-back': takeBack,
  ask,
  fence: fenceAgain,
};

/**
 * The last line before the machine goes down: the fence is ours, nobody asks to give up, and the Node is cordoned, by answers as young
 * as permission has to be (a watch may be silent or broken, and the fence have been read back long after it was written), and this
 * process made no call for it.
 */
function call(state: This, now: Now): Step {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  if (claim.is !== 'held') return callHeldUp(state, leaseTrouble(facts, 'unreadable'), limits.lookAgain, now);
  if (!fenceIsMine(claim.record, facts.me, phase.claim, phase.attempt)) return fenceGone(state, now);
  const open = uncordoned(facts, phase.claim);
  if (open !== null) return phase.committed ? become({ ...phase, step: 'ask' }, open) : backOut(state, open);
  if (facts.drain.ended === null)
    return phase.committed ? become({ ...phase, step: 'ask' }, podsAgain) : backOut(state, podsAgain);
  const permission = permissionNow(facts, now.mono - limits.permissionAge, now);
  if (permission.is === 'asking') {
    const asks = stay(state, reason('asking-permission'), askNodeToo(facts, permission.effects, now));
    return permission.effects.length === 0 ? asks : (lookAtLease(facts, asks, limits.permissionAge / 2, now) ?? asks);
  }
  const forced = phase.committed ? null : forcedNoMore(facts);
  const refused = permission.is === 'refused' ? permission.why : (givenUp(facts, claim.record) ?? forced);
  const reasons = permission.is === 'allowed' ? permission.need.reasons : [];
  if (refused !== null && !phase.committed) return backOut(state, refused);
  if (refused !== null) return callHeldUp(state, refused, limits.permissionAge, now);
  const looks = lookAtLease(facts, stay(state, facts.lease.problem ?? state.waits), limits.permissionAge, now);
  if (looks !== null) return looks;
  const node = wantYoungNode(facts, now.mono - limits.permissionAge, now, () => ({ nothing: true }));
  if (node.is === 'doing') return stay(state, facts.node.problem ?? state.waits, node.effects, node.wakeAt);
  if (node.is === 'not' && !phase.committed) return backOut(state, reason('node-missing', { node: facts.me.node }));
  const deadline = now.mono + facts.settings.rebootDeadline;
  const next: Rebooting = {
    ...phase,
    step: 'asked',
    committed: true,
    earlier: phase.committed,
    deadline,
    outcome: null,
  };
  const effects = [
    { do: 'tell', moment: { what: 'rebooting', method: facts.settings.rebootMethod } },
    { do: 'reboot', lane: 'reboot', reasons, before: restsUntil(facts) },
  ] as const;
  return {
    phase: next,
    effects,
    waits: askedReason(state, deadline, now),
    wakeAt: deadline,
    facts: { reboot: null, shutdown: null },
  };
}

const podsAgain = reason('drain-failed', {
  why: 'etcd shows an older state than before (restored), so that pods that were gone may be back',
});

/** Behind an earlier call what keeps this one back is waited for as before its fence: up to the reboot's deadline, then a person is needed. */
function callHeldUp(state: This, why: Reason, distance: number, now: Now): Step {
  const { deadline } = state.phase;
  if (now.mono >= deadline) return uncertain(state, why, now);
  return stay(state, why, [], Math.min(now.mono + distance, deadline));
}

/**
 * The moment (monotonic) after which the answers that a call rests on are too old. The machine may be busy, frozen or asleep between
 * the decision and the call, so whoever makes the call looks at the clock once more.
 */
function restsUntil({ permission, node, lease }: Facts): number {
  const asked = [permission?.askedAt, node.knownAt, lease.knownAt].map((at) => at ?? -Infinity);
  return Math.min(...asked) + limits.permissionAge;
}

/** The Lease no longer shows the fence (restored, edited): what is true is found out anew, or another fence is written. */
function fenceGone(state: This, now: Now): Step {
  const lost = reason('claim-lost', { lease: leaseText(state.facts.lease.ref) });
  if (state.phase.committed) return become(askAgain(state.phase, state.facts, now), lost);
  return become({ name: 'recovering', cause: 'claim-lost', step: 'look' }, lost);
}

/** Waits for the machine to go down: for the deadline, and beyond it while systemd is at it. What holds it up is looked at meanwhile. */
function asked(state: This, now: Now): Step {
  const { facts, phase } = state;
  // The executor of the call bounds it; until its answer is there nothing else can be said, deadline or not.
  if (facts.busy.reboot) return stay(state, state.waits);
  if (facts.reboot?.refused === true && !phase.earlier) return refusedCall(state, facts.reboot.reason);
  const outcome = facts.reboot?.reason ?? null;
  if (now.mono >= phase.deadline) return afterDeadline(state, outcome, now);
  const waits = outcome === null ? askedReason(state, phase.deadline, now) : unanswered(outcome);
  return asksLogind(facts.settings.rebootMethod)
    ? goingDown(state, waits, now)
    : stay(state, waits, [], phase.deadline);
}

/** Says what logind waits for, where it does: looked at again and again, because delay inhibitors come to their end one by one. */
function goingDown(state: This, waits: Reason, now: Now): Step {
  const { facts, phase } = state;
  const { shutdown } = facts;
  const under = shutdown?.look.is === 'under-way' ? reason('shutdown-under-way', { what: shutdown.look.what }) : waits;
  const again = shutdown === null ? now.mono : shutdown.askedAt + limits.shutdownLook;
  if (now.mono < again) return stay(state, under, [], Math.min(phase.deadline, again));
  return stay(state, under, facts.busy.shutdown ? [] : [{ do: 'look-at-shutdown', lane: 'shutdown' }], phase.deadline);
}

function refusedCall(state: This, why: Reason | null): Step {
  const outcome = why?.code === 'reboot-refused' ? why : reason('reboot-refused', { why: refusalText(why) });
  return become({ ...state.phase, step: 'take-back', outcome }, outcome, [
    { do: 'tell', moment: { what: 'reboot-refused', reason: outcome } },
  ]);
}

function afterDeadline(state: This, outcome: Reason | null, now: Now): Step {
  const { facts, phase } = state;
  if (facts.shutdown === null || facts.shutdown.askedAt < phase.deadline) {
    return stay(state, state.waits, facts.busy.shutdown ? [] : [{ do: 'look-at-shutdown', lane: 'shutdown' }]);
  }
  const { look } = facts.shutdown;
  if (look.is === 'under-way') {
    // While systemd prepares, the deadline stands still.
    const deadline = now.mono + limits.shutdownLook;
    return {
      phase: { ...phase, deadline },
      effects: [],
      waits: reason('shutdown-under-way', { what: look.what }),
      wakeAt: deadline,
    };
  }
  const silent = reason('reboot-silent', { why: facts.reboot === null ? unknownAnswer : silenceText(outcome) });
  const certain = look.is === 'none' && asksLogind(facts.settings.rebootMethod) && phase.logindOnly;
  const told = [{ do: 'tell', moment: { what: 'reboot-refused', reason: silent } }] as const;
  const next: Rebooting = { ...phase, step: 'take-back', outcome: silent };
  return become(certain ? next : askAgain(next, facts, now), silent, told);
}

function refusalText(why: Reason | null): string {
  return why === null ? 'no reason given' : reasonSentence(why);
}

/** What came of a call after which the machine is still up. */
function silenceText(outcome: Reason | null): string {
  if (outcome === null) return 'it was accepted and nothing happened';
  return outcome.code === 'reboot-unanswered' ? `no answer came (${outcome.details['why']})` : reasonSentence(outcome);
}

/** It is certain that no reboot will come of this fence: back to draining, where everything is asked again. */
function takeBack(state: This, now: Now): Step {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  const spent = claim.is === 'held' && claim.entry.attempt >= facts.settings.attempts;
  if (spent && !givesBack(state)) return attemptsSpent(state, now);
  const progress = wantLease(facts, now, (record) => {
    const ruling = takeFenceBack(record, facts.me, phase.claim, now);
    return ruling.granted ? { write: ruling.record, purpose: 'take-fence-back' } : { nothing: true };
  });
  if (progress.is === 'doing')
    return stay(state, facts.lease.problem ?? phase.outcome ?? state.waits, progress.effects, progress.wakeAt);
  if (progress.is === 'not') return stay(state, leaseTrouble(facts, progress.because), [], now.mono + limits.lookAgain);
  const attempt = claim.is === 'held' ? claim.entry.attempt : 1;
  return become(
    freshDraining(phase.claim, now, {
      fenceNotBefore: now.mono + rebootDistance(attempt, now),
      lastRefusal: phase.outcome,
    }),
    phase.outcome ?? state.waits,
    [],
    { permission: null, drain: { progress: null, ended: null }, hooks: noHooks, announced: false, reboot: null },
  );
}

function lostClaim(state: This): Step | null {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  if (claim.is === 'lost') {
    const until = phase.committed ? { rebootUntil: phase.deadline } : {};
    return become(
      { name: 'recovering', cause: 'claim-lost', step: 'look', ...until },
      reason('claim-lost', { lease: leaseText(facts.lease.ref) }),
      stopWork(state),
    );
  }
  if (claim.is !== 'unreadable' || phase.committed) return null;
  return become({ name: 'recovering', cause: 'lease-unreadable', step: 'look' }, leaseTrouble(facts, 'unreadable'));
}

function backOut(state: This, cause: Reason): Step {
  const { claim } = state.phase;
  return become({ name: 'backing-out', claim, cause, step: 'declare', nonce: null }, cause, [
    { do: 'tell', moment: { what: 'backing-out', reason: cause, back: wayBackNow(state.facts, claim) } },
  ]);
}

function askedReason(state: This, deadline: number, now: Now): Reason {
  const until = wallText(now.wall + (soonest(deadline) ?? now.mono) - now.mono);
  return reason('reboot-asked', { method: state.facts.settings.rebootMethod, until });
}

function unanswered(outcome: Reason): Reason {
  if (outcome.code === 'reboot-unanswered') return outcome;
  return reason('reboot-unanswered', { why: reasonSentence(outcome) });
}
