import { cordonPatch, readMark } from '../cordon-mark.ts';
import { describeHolders } from '../lease/describe.ts';
import { type FenceRefusal, fence, fenceIsMine, mine, renew } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import type { Effect } from './effect.ts';
import { claimNow, givenUp, needNow, permissionNow, rebootOf } from './questions.ts';
import { markNeed } from './restore.ts';
import type { Draining, Rebooting, State } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { leaseTrouble, wantLease, wantNode } from './want.ts';

type This = State & { readonly phase: Draining };

/**
 * Holds the Lease: permission, cordon and mark, evictions until every pod is gone, the last words, permission again, fence.
 * Until the fence any doubt about claim, permission, need or cordon backs out: no reboot was asked, so it always can.
 */
export function draining(state: This, now: Now): Step {
  const step = lostClaim(state) ?? backOutStep(state, now);
  if (step !== null) return step;
  const next = steps[state.phase.step](state, now);
  return next.phase.name === 'draining' ? renewing(state, keepAsking(state, next, now), now) : next;
}

const steps: Readonly<Record<Draining['step'], (state: This, now: Now) => Step>> = {
  permit: (state, now) => permitted(state, state.phase.began, now, () => move(state, 'cordon')),
  cordon,
  evict,
  announce,
  ask: (state, now) => {
    const notBefore = state.phase.fenceNotBefore;
    const waits = state.phase.lastRefusal ?? reason('asking-permission');
    if (now.mono < notBefore) return stay(state, waits, [], notBefore);
    return permitted(state, now.mono - limits.permissionAge, now, () => move(state, 'fence'));
  },
  fence: writeFence,
};

function permitted(state: This, after: number, now: Now, allowed: () => Step): Step {
  const permission = permissionNow(state.facts, after, now);
  if (permission.is === 'asking') return stay(state, reason('asking-permission'), permission.effects);
  return permission.is === 'allowed' ? allowed() : backOut(state, permission.why);
}

function cordon(state: This, now: Now): Step {
  const { facts, phase } = state;
  const progress = wantNode(facts, now, (node) => {
    const reading = readMark(node);
    if (reading.is === 'mark' && reading.mark.claim === phase.claim) return { nothing: true };
    const held = claimNow(facts, phase.claim);
    const need = held.is === 'held' ? held.entry.need : { fingerprint: '', reasons: [] };
    const mark = { claim: phase.claim, boot: facts.me.boot, need, lease: leaseText(facts.lease.ref) };
    return { patch: cordonPatch(node, mark, now.chance), purpose: 'cordon' };
  });
  const waits = facts.node.problem ?? reason('draining', { progress: 'cordoning the node' });
  if (progress.is === 'doing') return stay(state, waits, progress.effects, progress.wakeAt);
  if (progress.is === 'not') return backOut(state, reason('node-missing', { node: facts.me.node }));
  return move(state, 'evict');
}

function evict(state: This): Step {
  const { facts } = state;
  const progress = facts.drain.progress ?? reason('draining', { progress: 'looking at the pods of this node' });
  // A drain that cannot see its pods has the API server to wait for: the cause has a code and a remedy of its own.
  const waits = facts.node.problem ?? progress;
  const { ended } = facts.drain;
  if (ended === null) {
    return stay(state, waits, facts.busy.drain ? [] : [{ do: 'drain', lane: 'drain' }]);
  }
  switch (ended.is) {
    case 'done':
      return { ...move(state, 'announce'), effects: [{ do: 'tell', moment: { what: 'drained' } }] };
    case 'failed':
      return backOut(state, ended.reason);
    case 'stopped':
      return { ...move(state, 'permit'), facts: { drain: { progress: null, ended: null } } };
  }
}

/** The last words, condition and Event, go out before permission and fence: after those nothing stands between. */
function announce(state: This): Step {
  const { facts } = state;
  if (facts.announced) return move(state, 'ask');
  const effects: Effect[] = facts.busy.announce
    ? []
    : [{ do: 'announce-reboot', lane: 'announce', method: facts.settings.rebootMethod }];
  return stay(state, reason('draining', { progress: 'all pods are gone, telling the cluster' }), effects);
}

function writeFence(state: This, now: Now): Step {
  const { facts, phase } = state;
  const permission = permissionNow(facts, now.mono - limits.permissionAge, now);
  if (permission.is === 'asking') return move(state, 'ask');
  if (permission.is === 'refused') return backOut(state, permission.why);
  const mark = markNeed(facts, phase.claim, permission.need, now);
  const progress = wantLease<FenceRefusal | 'mark-first'>(facts, now, (record) => {
    const attempt = mine(record, facts.me)?.attempt ?? 0;
    if (fenceIsMine(record, facts.me, phase.claim, attempt)) return { nothing: true };
    if (mark.is === 'doing') return { mayNot: 'mark-first' };
    const ruling = fence(record, facts.me, phase.claim, permission.need, rebootOf(facts), facts.settings, now);
    return ruling.granted ? { write: ruling.record, purpose: 'fence' } : { mayNot: ruling.because };
  });
  switch (progress.is) {
    case 'doing':
      return stay(state, facts.lease.problem ?? writingFence, progress.effects, progress.wakeAt);
    case 'done':
      return fenced(state, now);
    case 'not':
      if (mark.is === 'doing') return stay(state, mark.waits, mark.effects, mark.wakeAt);
      return fenceRefused(state, progress.because, now);
  }
}

const writingFence = reason('draining', { progress: 'all pods are gone, writing into the Lease that it reboots' });

/** The fence was acknowledged, or read back with this process's name: only now may the reboot be asked for. */
function fenced(state: This, now: Now): Step {
  const { facts, phase } = state;
  return become(
    {
      name: 'rebooting',
      claim: phase.claim,
      step: 'call',
      attempt: attemptOf(state),
      committed: false,
      earlier: false,
      logindOnly: facts.settings.rebootMethod === 'logind',
      deadline: now.mono + facts.settings.rebootDeadline,
      askNotBefore: 0,
      outcome: null,
      stuck: null,
    },
    writingFence,
    [],
    { reboot: null },
  );
}

function fenceRefused(state: This, because: string, now: Now): Step {
  const { facts, phase } = state;
  if (because === 'missing' || because === 'unreadable') return stay(state, leaseTrouble(facts, because));
  if (because === 'others-rebooting' && facts.lease.seen.is === 'lease' && facts.lease.seen.reading.readable) {
    const holders = describeHolders(facts.lease.seen.reading.record, now);
    const lastRefusal = reason('pool-busy', { holders, lease: leaseText(facts.lease.ref) });
    return become({ ...phase, step: 'ask', fenceNotBefore: now.mono + limits.permissionAge, lastRefusal }, lastRefusal);
  }
  if (because === 'no-attempt-left') return fencesSpent(state, now);
  return backOut(state, reason('claim-lost', { lease: leaseText(facts.lease.ref) }));
}

/** No fence is left to this claim; it stays held, and a person is needed. */
function fencesSpent(state: This, now: Now): Step {
  const { facts, phase } = state;
  const why = phase.lastRefusal === null ? 'the reason is in the journal' : reasonSentence(phase.lastRefusal);
  const stuck = reason('reboot-not-happening', { attempts: String(facts.settings.attempts), why });
  const next: Rebooting = {
    name: 'rebooting',
    claim: phase.claim,
    step: 'take-back',
    attempt: attemptOf(state),
    committed: false,
    earlier: false,
    logindOnly: false,
    deadline: now.mono,
    askNotBefore: 0,
    outcome: phase.lastRefusal,
    stuck: { reason: stuck, at: now.wall },
  };
  return become(next, stuck, [{ do: 'tell', moment: { what: 'stuck', reason: stuck } }]);
}

/** How many fences this claim has written, as the Lease was last seen. */
function attemptOf(state: This): number {
  const claim = claimNow(state.facts, state.phase.claim);
  return claim.is === 'held' ? claim.entry.attempt : 0;
}

/** The claim is another's or cannot be read: evicting ends at once, and what is true is found out anew. */
function lostClaim(state: This): Step | null {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  if (claim.is !== 'lost' && claim.is !== 'unreadable') return null;
  const lost = claim.is === 'lost';
  const waits = lost ? reason('claim-lost', { lease: leaseText(facts.lease.ref) }) : leaseTrouble(facts, 'unreadable');
  return become(
    { name: 'recovering', cause: lost ? 'claim-lost' : 'lease-unreadable', step: 'look' },
    waits,
    stopDrain(state),
  );
}

function backOutStep(state: This, now: Now): Step | null {
  const why = whyBackOut(state, now);
  return why === null ? null : backOut(state, why);
}

function whyBackOut(state: This, now: Now): Reason | null {
  const { facts, phase } = state;
  if (facts.stop === 'stop') return reason('stopping');
  const claim = claimNow(facts, phase.claim);
  const asked = claim.is === 'held' ? givenUp(facts, claim.record) : null;
  if (asked !== null) return asked;
  const need = needNow(facts, now);
  if (need.is === 'none') return reason('need-gone');
  if (
    facts.permission !== null &&
    facts.permission.askedAt >= phase.began &&
    facts.permission.answer.is !== 'allowed'
  ) {
    return facts.permission.answer.reasons[0] ?? reason('asking-permission');
  }
  return nodeTrouble(state) ?? timedOut(state, now);
}

function nodeTrouble(state: This): Reason | null {
  const { facts, phase } = state;
  if (facts.node.seen.is === 'gone') return reason('node-missing', { node: facts.me.node });
  if (facts.node.seen.is !== 'node' || phase.step === 'permit' || phase.step === 'cordon') return null;
  return facts.node.seen.node.unschedulable ? null : reason('uncordoned');
}

function timedOut(state: This, now: Now): Reason | null {
  const { drainTimeout } = state.facts.settings;
  if (drainTimeout === null || now.mono < state.phase.began + drainTimeout) return null;
  const { progress } = state.facts.drain;
  const blocked = progress?.code === 'drain-blocked' ? reasonSentence(progress) : undefined;
  const left = blocked ?? progress?.details['progress'] ?? `it was in its step "${state.phase.step}"`;
  return reason('drain-timeout', { timeout: `${Math.round(drainTimeout / 1000)} s`, left });
}

function backOut(state: This, cause: Reason): Step {
  const effects: Effect[] = [...stopDrain(state), { do: 'tell', moment: { what: 'backing-out', reason: cause } }];
  return become({ name: 'backing-out', claim: state.phase.claim, cause, step: 'declare', nonce: null }, cause, effects);
}

function stopDrain(state: This): Effect[] {
  return state.facts.busy.drain ? [{ do: 'stop-drain' }] : [];
}

function move(state: This, step: Draining['step']): Step {
  return become({ ...state.phase, step }, state.waits);
}

/** Permission that turns ends a drain: it is asked again after each hint, and once a minute. */
function keepAsking(state: This, step: Step, now: Now): Step {
  const { facts } = state;
  const next = facts.permission === null ? now.mono : facts.permission.askedAt + limits.lookAgain;
  if (now.mono < next) return { ...step, wakeAt: soonest(step.wakeAt, next) };
  if (facts.busy.permission || step.effects.some(({ do: what }) => what === 'ask-permission')) return step;
  return { ...step, effects: [...step.effects, { do: 'ask-permission', lane: 'permission' }] };
}

/** Says once a minute that it is still there; wakes for that and for the timeout at the latest. */
function renewing(state: This, step: Step, now: Now): Step {
  const { facts, phase } = state;
  if (step.phase.name !== 'draining') return step;
  const timeout = facts.settings.drainTimeout === null ? null : phase.began + facts.settings.drainTimeout;
  const wakeAt = soonest(step.wakeAt, timeout, phase.renewAt);
  const writes = step.effects.some((effect) => 'lane' in effect && effect.lane === 'lease');
  if (now.mono < phase.renewAt || writes || facts.busy.lease)
    return { ...step, wakeAt: now.mono < phase.renewAt ? wakeAt : soonest(step.wakeAt, timeout) };
  const renewal = wantLease(facts, now, (record) => {
    const ruling = renew(record, facts.me, phase.claim, now);
    return ruling.granted ? { write: ruling.record, purpose: 'renew' } : { nothing: true };
  });
  if (renewal.is !== 'doing') return { ...step, phase: { ...step.phase, renewAt: now.mono + limits.renewEvery } };
  const renewed = renewal.effects.some((effect) => effect.do === 'write-lease' && effect.purpose === 'renew');
  const renewAt = renewed ? now.mono + limits.renewEvery : phase.renewAt;
  return {
    ...step,
    phase: { ...step.phase, renewAt },
    effects: [...step.effects, ...renewal.effects],
    wakeAt: soonest(step.wakeAt, timeout, renewed ? renewAt : renewal.wakeAt),
  };
}
