import type { Law } from '../law.ts';
import type { Step } from '../step.ts';
import type { World } from '../world.ts';

/**
 * How old permission may be at the call (law 2). The age counts from the question, and what turned after the question cannot be in
 * its answer: so a reboot may be asked for up to this long after the truth turned, and no longer.
 */
const oldest = 10_000;
/** The clocks of machines drift by a thousandth at most, and the call is made some instants after it was decided. */
const slack = 50;

/**
 * Law 2: no reboot is asked for while permission has been refused or unknown, the need gone, or the node held by a person, for longer than
 * permission may be old.
 */
export function permitted(): Law {
  const wishes = new Map<string, { held: number | null; asks: boolean; asksSince: number }>();
  return {
    judge(step, world) {
      if (step.is === 'node') {
        const { held: was = null, asks: asked = false, asksSince = 0 } = wishes.get(step.name) ?? {};
        const held = step.after?.held === true ? (was ?? world.at) : null;
        const asks = (step.after?.requested ?? null) !== null;
        wishes.set(step.name, { held, asks, asksSince: asks === asked ? asksSince : world.at });
        return [];
      }
      if (step.is !== 'asked') return [];
      const wish = wishes.get(step.node);
      const requested = wish?.asks === true || !isOld(wish?.asksSince ?? null, world);
      return [
        ...answers(step, world, requested),
        ...(isOld(wish?.held ?? null, world) ? [`${step.node} asked for a reboot while a person held it`] : []),
      ];
    },
  };
}

function answers({ node }: Extract<Step, { is: 'asked' }>, world: World, requested: boolean): readonly string[] {
  const { permission, need } = world.machine(node);
  const refused = permission !== null && permission.answer !== 'allowed' && isOld(permission.since, world);
  const needless = need !== null && need.fingerprint === null && !requested && isOld(need.since, world);
  return [
    ...(refused ? [`${node} asked for a reboot while permission was ${permission.answer}`] : []),
    ...(needless ? [`${node} asked for a reboot without a need`] : []),
  ];
}

function isOld(since: number | null, { at, timed }: World): boolean {
  return since !== null && timed && at - since > oldest + slack;
}
