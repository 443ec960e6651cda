import { leaseText } from '../lease/object.ts';
import { limits } from '../limits.ts';
import { emptyMemory } from '../memory.ts';
import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import type { Effect } from './effect.ts';
import { lookWhetherInReach } from './lease-named.ts';
import { releaseDelay } from './release-delay.ts';
import { remember } from './remember.ts';
import { releaseClaim, restoreNode, stillRestored } from './restore.ts';
import { restoringReason } from './restoring-reason.ts';
import { staleLease } from './second-look.ts';
import type { Restoring, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { leaseTrouble } from './want.ts';

type This = State & { readonly phase: Restoring };

/**
 * Restore PATCH, after a proven reboot the release delay, then release; the order is what keeps two nodes from being away at once.
 * A mark that is back on the Node before the release is restored again.
 */
export function restoring(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (!phase.restored) return patching(state, now);
  // What comes of a release that is under way is waited for first.
  if (facts.busy.lease) return releaseDelay(state, now) ?? releasing(state, now);
  const waits = restoringReason(facts, phase);
  const node = stillRestored(facts, now);
  if (node.is === 'not' && node.because === 'marked') return become({ ...phase, restored: false, nonce: null }, waits);
  const delayed = releaseDelay(state, now);
  if (delayed !== null) return delayed;
  if (node.is === 'doing') return stay(state, facts.node.problem ?? waits, node.effects, node.wakeAt);
  return releasing(state, now);
}

function patching(state: This, now: Now): Step {
  const { facts, phase } = state;
  const { progress, sent } = restoreNode(facts, { handled: phase.handled, rebooted: phase.rebooted }, phase.nonce, now);
  const waits = restoringReason(facts, phase);
  if (progress.is === 'doing') {
    return {
      phase: { ...phase, nonce: sent },
      effects: progress.effects,
      waits: facts.node.problem ?? waits,
      wakeAt: progress.wakeAt,
    };
  }
  return become({ ...phase, restored: true }, waits);
}

function releasing(state: This, now: Now): Step {
  const { facts, phase } = state;
  if (phase.claim === null) return done(state, [], now);
  const progress = releaseClaim(facts, phase.claim, now);
  const waits = restoringReason(facts, phase);
  if (progress.is === 'doing')
    return lookWhetherInReach(state) ?? stay(state, facts.lease.problem ?? waits, progress.effects, progress.wakeAt);
  if (progress.is === 'not' && progress.because === 'unreadable') {
    return {
      ...stay(state, leaseTrouble(facts, 'unreadable'), [], now.mono + limits.lookAgain),
      facts: staleLease(facts),
    };
  }
  return done(state, [{ do: 'tell', moment: { what: 'released', lease: leaseText(facts.lease.ref) } }], now);
}

function done(state: This, told: readonly Effect[], now: Now): Step {
  // A person's retry is used up by the reboot that came of it: what that one met holds back again.
  const { facts, phase } = state;
  const fresh = { ...staleLease(facts), fenced: null };
  if (phase.handled !== null) {
    const effects: Effect[] = [...told, { do: 'remember', memory: emptyMemory }];
    return become({ name: 'idle' }, reason('no-need'), effects, { ...fresh, backOff: null, retried: null });
  }
  const forgets = facts.fenced === null ? [] : [remember({ backOff: facts.backOff, fenced: null }, now)];
  return become({ name: 'idle' }, reason('no-need'), [...told, ...forgets], fresh);
}
