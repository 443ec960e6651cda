import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import type { Draining } from './state.ts';

/** The beginning of a drain in this process, whatever an earlier one did of it: everything is asked and waited for anew. */
export function freshDraining(claim: string, now: Now, change: Partial<Draining> = {}): Draining {
  return {
    name: 'draining',
    claim,
    step: 'permit',
    began: now.mono,
    hooksSince: null,
    uncounted: 0,
    hookedAt: null,
    delayUntil: null,
    renewAt: now.mono + limits.renewEvery,
    fenceNotBefore: 0,
    fence: null,
    heldUpSince: null,
    lastRefusal: null,
    givenUp: null,
    ...change,
  };
}
