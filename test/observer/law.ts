import type { Step } from './step.ts';
import type { World } from './world.ts';

/** One of the laws, or a part of one: says what the step breaks, a sentence each. The world is as it stands after the step. */
export interface Law {
  judge(step: Step, world: World): readonly string[];
}
