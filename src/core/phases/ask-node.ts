import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import { staleLease } from './second-look.ts';
import { type Step, soonest } from './step.ts';
import { knowYoungLease, wantYoungNode } from './want.ts';

/**
 * Beside the question of permission before a fence or a call, the question how the Node is, unless an answer is half as old as permission may be: so that
 * both answers are young at the same moment, however slow the API server is.
 */
export function askNodeToo(facts: Facts, effects: readonly Effect[], now: Now): readonly Effect[] {
  if (!effects.some((effect) => effect.do === 'ask-permission')) return effects;
  const node = wantYoungNode(facts, now.mono - limits.permissionAge / 2, now, () => ({ nothing: true }));
  return node.is === 'doing' ? [...effects, ...node.effects] : effects;
}

/**
 * The step with a look at the Lease beside it; null: an answer of no more than this age told of it. From the moment it is asked, what a
 * silent watch has told is no more than that: the answer counts even where it is older, as the past may have been restored.
 */
export function lookAtLease(facts: Facts, step: Step, age: number, now: Now): Step | null {
  const lease = knowYoungLease(facts, now.mono - age, now);
  if (lease.is !== 'doing') return null;
  const looks = { ...step, effects: [...step.effects, ...lease.effects], wakeAt: soonest(step.wakeAt, lease.wakeAt) };
  return lease.effects.length === 0 ? looks : { ...looks, facts: staleLease(facts) };
}
