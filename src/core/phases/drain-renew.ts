import { renew } from '../lease/hold.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { drainDeadline } from './drain-time.ts';
import type { Draining, State } from './state.ts';
import { type Step, soonest } from './step.ts';
import { wantLease } from './want.ts';

type This = State & { readonly phase: Draining };

/** Says once a minute that it is still there; wakes for that and for the timeout at the latest. */
export function renewing(state: This, step: Step, now: Now): Step {
  const { facts, phase } = state;
  if (step.phase.name !== 'draining') return step;
  const timeout = drainDeadline({ ...state, phase: step.phase }, now);
  const wakeAt = soonest(step.wakeAt, timeout, phase.renewAt);
  const writes = step.effects.some((effect) => 'lane' in effect && effect.lane === 'lease');
  // A write without an answer may still land: no wait before it is known what became of it.
  const waiting = step.phase.heldUpSince !== null || step.phase.delayUntil !== null;
  const doubtful = waiting && facts.lease.doubt !== null;
  const due = now.mono >= phase.renewAt || doubtful;
  if (!due || writes || facts.busy.lease) return { ...step, wakeAt: due ? soonest(step.wakeAt, timeout) : wakeAt };
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
