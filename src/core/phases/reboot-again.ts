import { type FenceRefusal, fence, fenceIsMine } from '../lease/hold.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import { askNodeToo } from './ask-node.ts';
import { attemptOf } from './drain-fence.ts';
import { forcedNoMore } from './drain-time.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import { claimNow, givenUp, permissionNow, rebootOf } from './questions.ts';
import { attemptsSpent, uncertain } from './reboot-stuck.ts';
import { remember } from './remember.ts';
import { fenceNote, markNeed } from './restore.ts';
import type { Rebooting, State } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { uncordoned } from './uncordoned.ts';
import { leaseTrouble, wantLease } from './want.ts';

type This = State & { readonly phase: Rebooting };

/** The way to another call when nobody is certain of the last one; it has to be open within the reboot's deadline. */
export function askAgain(phase: Rebooting, facts: Facts, now: Now): Rebooting {
  return { ...phase, step: 'ask', deadline: now.mono + facts.settings.rebootDeadline };
}

/**
 * A reboot may still come, so backing out is closed: sees the pods gone, asks until it is permitted, then fences and calls
 * again. What does not open in time needs a person. A node that a person uncordoned takes pods again, so that what was seen of
 * the drain is worth nothing.
 */
export function ask(state: This, now: Now): Step {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  if (claim.is === 'held' && claim.entry.attempt >= facts.settings.attempts) return attemptsSpent(state, now);
  if (now.mono < phase.askNotBefore) return stay(state, state.waits, [], phase.askNotBefore);
  const open = uncordoned(facts, phase.claim);
  if (open !== null) return takesPods(state, open, now);
  const way = wayToFence(state, now);
  if (way.is === 'open') return become({ ...phase, step: 'fence' }, state.waits);
  if (now.mono >= phase.deadline) return uncertain(state, way.waits, now);
  if (way.is === 'drain-ended') return drainAgain(state, way.waits, now);
  return stay(state, way.waits, way.effects, soonest(way.wakeAt, phase.deadline));
}

/** Nothing is evicted meanwhile. Cordoned again, it is drained anew. */
function takesPods(state: This, why: Reason, now: Now): Step {
  const { facts, phase } = state;
  if (now.mono >= phase.deadline) return uncertain(state, why, now);
  const effects: Effect[] = facts.busy.drain && facts.drain.ended === null ? [{ do: 'stop-drain' }] : [];
  const step = stay(state, why, effects, phase.deadline);
  return { ...step, facts: { drain: { progress: null, ended: null } } };
}

/** A drain that could not go on is begun anew after a while. */
function drainAgain(state: This, waits: Reason, now: Now): Step {
  const askNotBefore = now.mono + limits.lookAgain;
  const facts = { drain: { progress: null, ended: null } };
  return { phase: { ...state.phase, askNotBefore }, effects: [], waits, wakeAt: askNotBefore, facts };
}

/** What stands between here and another fence. */
type Way =
  | { readonly is: 'open' }
  | { readonly is: 'drain-ended'; readonly waits: Reason }
  | {
      readonly is: 'shut';
      readonly waits: Reason;
      readonly effects: readonly Effect[];
      readonly wakeAt: number | null;
    };

/** Nobody who asks to give up, pods gone as this process has seen it, permission. */
function wayToFence(state: This, now: Now): Way {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  // Told by the settings alone, whatever a Lease says that cannot be read.
  const observing = facts.settings.observe ? reason('observing') : null;
  const asked = claim.is === 'held' ? givenUp(facts, claim.record) : observing;
  if (asked !== null) return shut(asked, [], now.mono + limits.permissionAge);
  const pods = podsGone(state);
  if (pods !== null) return pods;
  const permission = permissionNow(facts, now.mono - limits.permissionAge, now);
  if (permission.is === 'allowed') return { is: 'open' };
  // What the last answer said stands until the next one: else the journal told two reasons in turn every ten seconds.
  if (permission.is === 'asking') return shut(state.waits, askNodeToo(facts, permission.effects, now));
  return shut(permission.why, [], permission.askedAt + limits.permissionAge + 1);
}

/** Only a process that has seen the drain end, or its time pass, may ask for a reboot; after a restart pods may have come. */
function podsGone({ facts }: This): Way | null {
  const { ended, progress } = facts.drain;
  const given = ended?.is === 'given-up' && forcedNoMore(facts) === null;
  if (ended?.is === 'done' || given) return null;
  const waits = progress ?? reason('draining', { progress: 'looking at the pods of this node' });
  if (ended === null) return shut(waits, facts.busy.drain ? [] : [{ do: 'drain', lane: 'drain' }]);
  return { is: 'drain-ended', waits: ended.is === 'failed' ? ended.reason : waits };
}

function shut(waits: Reason, effects: readonly Effect[], wakeAt: number | null = null): Way {
  return { is: 'shut', waits, effects, wakeAt };
}

/** The next fence of the same claim, from the phase `rebooting`, which it never left. */
export function fenceAgain(state: This, now: Now): Step {
  const { facts, phase } = state;
  const permission = permissionNow(facts, now.mono - limits.permissionAge, now);
  if (permission.is !== 'allowed' || uncordoned(facts, phase.claim) !== null || facts.drain.ended === null)
    return become({ ...phase, step: 'ask' }, state.waits);
  const mark = markNeed(facts, phase.claim, permission.need, now);
  const progress = wantLease<FenceRefusal | 'mark-first'>(facts, now, (record) => {
    if (phase.fence !== null && fenceIsMine(record, facts.me, phase.claim, phase.fence)) return { nothing: true };
    if (mark.is === 'doing') return { mayNot: 'mark-first' };
    const ruling = fence(record, facts.me, phase.claim, permission.need, rebootOf(facts), facts.settings, now);
    return ruling.granted ? { write: ruling.record, purpose: 'fence' } : { mayNot: ruling.because };
  });
  if (progress.is === 'doing') {
    const writes = progress.effects.some((effect) => effect.do === 'write-lease' && effect.purpose === 'fence');
    const waits = facts.lease.problem ?? phase.outcome ?? state.waits;
    const step = stay(state, waits, progress.effects, progress.wakeAt);
    return writes ? { ...step, phase: { ...phase, fence: attemptOf(state) + 1 } } : step;
  }
  if (progress.is === 'done') {
    const next: Rebooting = { ...phase, step: 'call', attempt: attemptOf(state), fence: null };
    const note = fenceNote(facts, phase.claim, permission.need);
    return become(next, state.waits, [remember({ backOff: facts.backOff, fenced: note }, now)], {
      reboot: null,
      fenced: note,
    });
  }
  if (mark.is === 'doing') return stay(state, facts.node.problem ?? state.waits, mark.effects, mark.wakeAt);
  if (progress.because === 'no-attempt-left') return attemptsSpent(state, now);
  const waits = progress.because === 'unreadable' ? leaseTrouble(facts, 'unreadable') : (phase.outcome ?? state.waits);
  return become({ ...phase, step: 'ask', askNotBefore: now.mono + limits.permissionAge }, waits, [], {
    permission: null,
  });
}
