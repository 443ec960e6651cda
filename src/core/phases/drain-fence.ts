import { describeHolders } from '../lease/describe.ts';
import { type FenceRefusal, fence, fenceIsMine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { limits } from '../limits.ts';
import type { Need } from '../need.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import { asksLogind } from '../reboot-method.ts';
import { podsText } from './delay.ts';
import { backOut, softUnprovable } from './drain-back-out.ts';
import { claimNow, permissionNow, rebootOf } from './questions.ts';
import { remember } from './remember.ts';
import { fenceNote, markNeed } from './restore.ts';
import type { Draining, Rebooting, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { leaseTrouble, wantLease } from './want.ts';

type This = State & { readonly phase: Draining };

/** The fence, the last write before the reboot: with permission that is young, and on the mark the need that it is for. */
export function writeFence(state: This, now: Now): Step {
  const { facts, phase } = state;
  const permission = permissionNow(facts, now.mono - limits.permissionAge, now);
  if (permission.is === 'asking') return become({ ...phase, step: 'ask' }, state.waits);
  if (permission.is === 'refused') {
    return permission.passing ? become({ ...phase, step: 'ask' }, permission.why) : backOut(state, permission.why);
  }
  const mark = markNeed(facts, phase.claim, permission.need, now);
  const progress = wantLease<FenceRefusal | 'mark-first'>(facts, now, (record) => {
    if (phase.fence !== null && fenceIsMine(record, facts.me, phase.claim, phase.fence)) return { nothing: true };
    if (mark.is === 'doing') return { mayNot: 'mark-first' };
    const ruling = fence(record, facts.me, phase.claim, permission.need, rebootOf(facts), facts.settings, now);
    return ruling.granted ? { write: ruling.record, purpose: 'fence' } : { mayNot: ruling.because };
  });
  switch (progress.is) {
    case 'doing': {
      const writes = progress.effects.some((effect) => effect.do === 'write-lease' && effect.purpose === 'fence');
      const step = stay(state, facts.lease.problem ?? writingFence(state), progress.effects, progress.wakeAt);
      return writes ? { ...step, phase: { ...phase, fence: attemptOf(state) + 1 } } : step;
    }
    case 'done':
      return fenced(state, permission.need, now);
    case 'not':
      if (mark.is === 'doing') return stay(state, mark.waits, mark.effects, mark.wakeAt);
      return fenceRefused(state, progress.because, now);
  }
}

function writingFence({ phase }: This): Reason {
  return reason('draining', { progress: `${podsText(phase.givenUp)}, writing into the Lease that it reboots` });
}

/** The fence was acknowledged, or read back with this process's name: only now may the reboot be asked for. */
function fenced(state: This, need: Need, now: Now): Step {
  const { facts, phase } = state;
  const note = fenceNote(facts, phase.claim, need);
  return become(
    {
      name: 'rebooting',
      claim: phase.claim,
      step: 'call',
      attempt: attemptOf(state),
      fence: null,
      committed: false,
      earlier: false,
      logindOnly: asksLogind(facts.settings.rebootMethod),
      deadline: now.mono + facts.settings.rebootDeadline,
      askNotBefore: 0,
      outcome: null,
      stuck: null,
    },
    writingFence(state),
    [remember({ backOff: facts.backOff, fenced: note }, now)],
    { reboot: null, fenced: note },
  );
}

function fenceRefused(state: This, because: string, now: Now): Step {
  const { facts, phase } = state;
  if (because === 'missing' || because === 'unreadable') return stay(state, leaseTrouble(facts, because));
  if (because === 'others-rebooting' && facts.lease.seen.is === 'lease' && facts.lease.seen.reading.readable) {
    const { record } = facts.lease.seen.reading;
    const others = record.holders.filter((slot) => !slot.readable || slot.entry.node !== facts.me.node);
    const holders = describeHolders({ holders: others }, now);
    const lastRefusal = reason('pool-busy', { holders, lease: leaseText(facts.lease.ref) });
    return become({ ...phase, step: 'ask', fenceNotBefore: now.mono + limits.permissionAge, lastRefusal }, lastRefusal);
  }
  if (because === 'no-attempt-left') return fencesSpent(state, now);
  if (because === 'soft-unprovable') return backOut(state, softUnprovable);
  return backOut(state, reason('claim-lost', { lease: leaseText(facts.lease.ref) }));
}

/** No fence is left to this claim; it stays held, and a person is needed. */
function fencesSpent(state: This, now: Now): Step {
  const { phase } = state;
  const next: Rebooting = {
    name: 'rebooting',
    claim: phase.claim,
    step: 'take-back',
    attempt: attemptOf(state),
    fence: null,
    committed: false,
    earlier: false,
    logindOnly: false,
    deadline: now.mono,
    askNotBefore: 0,
    outcome: phase.lastRefusal,
    stuck: null,
  };
  return become(next, state.waits);
}

/** How many fences this claim has written, as the Lease was last seen. */
export function attemptOf({ facts, phase }: State & { readonly phase: Draining | Rebooting }): number {
  const claim = claimNow(facts, phase.claim);
  return claim.is === 'held' ? claim.entry.attempt : 0;
}
