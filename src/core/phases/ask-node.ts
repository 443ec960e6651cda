import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import { wantYoungNode } from './want.ts';

/**
 * Beside the question of permission before a fence or a call, the question how the Node is, unless an answer is half as old as permission may be: so that
 * both answers are young at the same moment, however slow the API server is.
 */
export function askNodeToo(facts: Facts, effects: readonly Effect[], now: Now): readonly Effect[] {
  if (!effects.some((effect) => effect.do === 'ask-permission')) return effects;
  const node = wantYoungNode(facts, now.mono - limits.permissionAge / 2, now, () => ({ nothing: true }));
  return node.is === 'doing' ? [...effects, ...node.effects] : effects;
}
