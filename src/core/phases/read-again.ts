import type { Now } from '../now.ts';
import type { State } from './state.ts';
import { type Step, soonest } from './step.ts';
import { knowLease, wantNode } from './want.ts';

/**
 * What a list contradicted is read, beside whatever the phase does: a consistent read tells whether the list only came
 * late, or the past was restored. A phase that rests would not ask by itself, and the watch tells of neither.
 * `state` is the state after the phase's own step.
 */
export function readAgain({ phase, facts }: State, step: Step, now: Now): Step {
  const clean = { ...step, facts: {} };
  if (phase.name === 'stopped') return clean;
  const reads = [
    facts.lease.contradicted ? knowLease(facts, now) : null,
    facts.node.contradicted ? wantNode(facts, now, () => ({ nothing: true })) : null,
  ].filter((one) => one?.is === 'doing');
  return {
    ...clean,
    effects: [...step.effects, ...reads.flatMap(({ effects }) => effects)],
    wakeAt: soonest(step.wakeAt, ...reads.map(({ wakeAt }) => wakeAt)),
  };
}
