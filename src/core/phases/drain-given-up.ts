import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import type { Reason } from '../reasons.ts';
import type { Effect } from './effect.ts';
import type { Draining, State } from './state.ts';
import { become, type Step, stay } from './step.ts';

type This = State & { readonly phase: Draining };

/**
 * Ends evicting, with pods left and permission to go on all the same. The rest of the drain, which waits for no pod, gets its
 * time once more, and ten minutes at least.
 */
export function giveUpDrain(state: This, left: Reason, now: Now): Step {
  const { phase, facts } = state;
  const more = Math.max(0, limits.afterGivenUp - (facts.settings.drainTimeout ?? 0));
  const next: Draining = { ...phase, givenUp: left, delayUntil: null, uncounted: now.mono - phase.began + more };
  return become(next, left, facts.busy.drain ? [{ do: 'stop-drain' }] : []);
}

/** Goes on to the hooks as soon as nothing of the drain is under way; it may have come to its end meanwhile. */
export function afterGivenUp(state: This, left: Reason): Step {
  const { facts, phase } = state;
  if (facts.busy.drain) return stay(state, left);
  const next: Draining = { ...phase, step: 'before-reboot', heldUpSince: null };
  if (facts.drain.ended?.is === 'done') {
    return become({ ...next, givenUp: null }, state.waits, [{ do: 'tell', moment: { what: 'drained' } }]);
  }
  const effects: Effect[] = [{ do: 'tell', moment: { what: 'drain-given-up', reason: left } }];
  const drain = { progress: facts.drain.progress, ended: { is: 'given-up' } } as const;
  return become(next, left, effects, { drain });
}
