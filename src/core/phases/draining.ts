import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import { askNodeToo } from './ask-node.ts';
import { cordonNode } from './cordon.ts';
import { type Delay, delayOfReboot, delayReason, delayTold, podsText } from './delay.ts';
import { backOut, backOutStep, lostClaim } from './drain-back-out.ts';
import { writeFence } from './drain-fence.ts';
import { afterGivenUp, giveUpDrain } from './drain-given-up.ts';
import { renewing } from './drain-renew.ts';
import { overTime } from './drain-time.ts';
import type { Effect } from './effect.ts';
import { hooksNow, noHooks } from './hooks.ts';
import { claimNow, permissionNow } from './questions.ts';
import type { Draining, State } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';

type This = State & { readonly phase: Draining };

/**
 * Holds the Lease: permission, hooks, cordon and mark, a delay, evictions until every pod is gone, hooks, a delay, the last
 * words, permission again, fence.
 * Until the fence a claim or cordon that is gone, permission that is refused or unknown, and a need that is gone back out: no
 * reboot was asked, so it always can. Evicted pods are not to have moved for nothing: what refuses in passing is waited for,
 * where there is nothing else to do, and while nobody can tell the need, evicting goes on under the permission that was given.
 * A need that is unknown permits nothing: before the cordon, after a delay and before the fence it backs out.
 */
export function draining(state: This, now: Now): Step {
  const step = lostClaim(state) ?? backOutStep(state, now);
  if (step !== null) return step;
  const left = overTime(state, now);
  if (left !== null) return giveUpDrain(state, left, now);
  const again = podsAgain(state);
  if (again !== null) return again;
  const next = steps[state.phase.step](state, now);
  return next.phase.name === 'draining' ? renewing(state, keepAsking(state, next, now), now) : next;
}

const steps: Readonly<Record<Draining['step'], (state: This, now: Now) => Step>> = {
  permit: (state, now) => {
    const { began, hookedAt } = state.phase;
    return permitted(state, hookedAt ?? began, now, () => move(state, hookedAt === null ? 'before-drain' : 'cordon'));
  },
  'before-drain': (state, now) => hooks(state, 'before-drain', now),
  cordon,
  'drain-delay': (state, now) => {
    const { evictionDelay } = state.facts.settings;
    return delayed(state, { code: 'drain-delay', ms: evictionDelay }, now, (ended) =>
      ended === null ? move(state, 'evict') : permitted(state, ended, now, () => move(state, 'evict')),
    );
  },
  evict,
  'before-reboot': (state, now) => hooks(state, 'before-reboot', now),
  'reboot-delay': (state, now) => {
    const { rebootDelay } = state.facts.settings;
    return delayed(state, { code: 'reboot-delay', ms: rebootDelay }, now, () => move(state, 'announce'));
  },
  announce,
  ask: (state, now) => {
    const notBefore = state.phase.fenceNotBefore;
    const waits = state.phase.lastRefusal ?? reason('asking-permission');
    if (now.mono < notBefore) return stay(state, waits, [], notBefore);
    const step = permitted(state, now.mono - limits.permissionAge, now, () => move(state, 'fence'));
    return { ...step, effects: askNodeToo(state.facts, step.effects, now) };
  },
  fence: writeFence,
};

/**
 * Waits its time, once; what turns meanwhile backs out as in every step. `over` gets when it ended, null where there is none to
 * wait for: permission from before it moves no pod.
 */
function delayed(
  state: This,
  { code, ms }: { readonly code: Delay['code']; readonly ms: number },
  now: Now,
  over: (ended: number | null) => Step,
): Step {
  const { phase } = state;
  const until = phase.delayUntil;
  const told = (at: number): Delay =>
    code === 'reboot-delay' ? delayOfReboot(phase.givenUp, at) : { code, until: at };
  if (until === null && ms === 0) return over(null);
  if (until === null) {
    const delayUntil = now.mono + ms;
    const next = { ...phase, delayUntil, uncounted: phase.uncounted + ms };
    return become(next, delayReason(told(delayUntil), now, state.waits));
  }
  return now.mono < until
    ? stay(state, delayReason(told(until), now, state.waits), [], delayTold(until, now))
    : over(until);
}

function permitted(state: This, after: number, now: Now, allowed: () => Step): Step {
  const permission = permissionNow(state.facts, after, now);
  if (permission.is === 'asking') {
    const waits = state.phase.heldUpSince === null ? reason('asking-permission') : state.waits;
    return stay(state, waits, permission.effects);
  }
  if (permission.is === 'allowed') return allowed();
  return permission.passing ? heldUp(state, permission.why, now) : backOut(state, permission.why);
}

/** Looked at again upon a hint, and once a minute. */
function heldUp(state: This, why: Reason, now: Now): Step {
  const heldUpSince = state.phase.heldUpSince ?? now.mono;
  const until = heldUpSince + limits.patience;
  if (now.mono >= until || state.facts.node.doubt !== null) return backOut(state, why);
  return stay({ ...state, phase: { ...state.phase, heldUpSince } }, why, [], until);
}

/** One that fails backs out: it says that this node must not go down now. */
function hooks(state: This, of: 'before-drain' | 'before-reboot', now: Now): Step {
  const { facts, phase } = state;
  const held = claimNow(facts, phase.claim);
  const reasons = held.is === 'held' ? held.entry.need.reasons : [];
  const round = hooksNow(facts, { phase: of, node: facts.me.node, run: phase.claim, reasons });
  const since = phase.hooksSince ?? now.mono;
  switch (round.is) {
    case 'running':
      return { ...stay(state, round.waits, round.effects), phase: { ...phase, hooksSince: since } };
    case 'failed':
      return backOut(state, round.reason);
    case 'done':
      return become(afterHooks(phase, of, now.mono - since, now), state.waits, [], { hooks: noHooks });
  }
}

/** Permission that is as old as a long hook permits no cordon; before the fence it is asked in any case. */
function afterHooks(phase: Draining, of: 'before-drain' | 'before-reboot', took: number, now: Now): Draining {
  const done = { ...phase, hooksSince: null, uncounted: phase.uncounted + took };
  if (of === 'before-reboot') return { ...done, step: 'reboot-delay' };
  return took > limits.permissionAge ? { ...done, step: 'permit', hookedAt: now.mono } : { ...done, step: 'cordon' };
}

function cordon(state: This, now: Now): Step {
  const { facts, phase } = state;
  const progress = cordonNode(facts, phase.claim, now);
  const waits = facts.node.problem ?? reason('draining', { progress: 'cordoning the node' });
  if (progress.is === 'doing') return stay(state, waits, progress.effects, progress.wakeAt);
  if (progress.is === 'not') return backOut(state, reason('node-missing', { node: facts.me.node }));
  return move(state, 'drain-delay');
}

function evict(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (phase.givenUp !== null) return afterGivenUp(state, phase.givenUp);
  const progress = facts.drain.progress ?? reason('draining', { progress: 'looking at the pods of this node' });
  // A drain that cannot see its pods has the API server to wait for: the cause has a code and a remedy of its own.
  const waits = facts.node.problem ?? progress;
  const { ended } = facts.drain;
  if (ended === null) {
    if (phase.delayUntil !== null && now.mono < phase.delayUntil) return stay(state, state.waits, [], phase.delayUntil);
    return stay(state, waits, facts.busy.drain ? [] : [{ do: 'drain', lane: 'drain' }]);
  }
  switch (ended.is) {
    case 'done':
      return { ...move(state, 'before-reboot'), effects: [{ do: 'tell', moment: { what: 'drained' } }] };
    case 'failed':
      return facts.settings.onDrainTimeout === 'reboot'
        ? drainAgain(state, ended.reason, now)
        : backOut(state, ended.reason);
    case 'given-up':
    case 'stopped':
      return { ...move(state, 'permit'), facts: { drain: { progress: null, ended: null }, hooks: noHooks } };
  }
}

/** The end of the drain that was seen is worth nothing any more, so that it is drained anew. A hook that runs ends first. */
function podsAgain(state: This): Step | null {
  const { facts, phase } = state;
  if (!afterPods.includes(phase.step) || facts.drain.ended !== null || facts.busy.hooks) return null;
  return { ...move(state, 'evict'), facts: { hooks: noHooks, announced: false } };
}

const afterPods: readonly Draining['step'][] = ['before-reboot', 'reboot-delay', 'announce', 'ask', 'fence'];

/** What could not go on is begun anew after a while: where time decides, an error does not. */
function drainAgain(state: This, why: Reason, now: Now): Step {
  const { drain } = state.facts;
  return become({ ...state.phase, delayUntil: now.mono + limits.lookAgain }, why, [], {
    drain: { ...drain, ended: null },
  });
}

/** The last words, condition and Event, go out before permission and fence: after those nothing stands between. */
function announce(state: This, now: Now): Step {
  const { facts } = state;
  const { givenUp } = state.phase;
  // After a drain of seconds, too: an answer from before the last pod was gone is not asked after the drain.
  if (facts.announced) return { ...move(state, 'ask'), facts: { permission: null, hintAt: now.mono } };
  const effects: Effect[] = facts.busy.announce
    ? []
    : [{ do: 'announce-reboot', lane: 'announce', method: facts.settings.rebootMethod, pods: podsText(givenUp) }];
  return stay(state, reason('draining', { progress: `${podsText(givenUp)}, telling the cluster` }), effects);
}

function move(state: This, step: Draining['step']): Step {
  return become({ ...state.phase, step, delayUntil: null, heldUpSince: null }, state.waits);
}

/** Permission that turns ends a drain: it is asked again after each hint, and once a minute. */
function keepAsking(state: This, step: Step, now: Now): Step {
  const { facts } = state;
  const next = facts.permission === null ? now.mono : facts.permission.askedAt + limits.lookAgain;
  if (now.mono < next) return { ...step, wakeAt: soonest(step.wakeAt, next) };
  if (facts.busy.permission || step.effects.some(({ do: what }) => what === 'ask-permission')) return step;
  return { ...step, effects: [...step.effects, { do: 'ask-permission', lane: 'permission' }] };
}
