import type { RebootFate } from '../weather.ts';
import type { World } from '../world.ts';
import { lasting, recurring } from './recurring.ts';

const minute = 60_000;

/** A logind refuses a reboot, forgets it or does not answer, at single calls; and some are so for a while, at every call. */
export function startLogind(world: World): void {
  const { strikes, time } = world;
  const ill = new Map<string, { readonly until: number; readonly fate: RebootFate }>();
  world.weather.rebootFate = (node, place): RebootFate => {
    const now = ill.get(node);
    if (now !== undefined && now.until > time.mono() && !world.healed) return now.fate;
    if (strikes.at('reboot-refused', place)) return 'refused';
    if (strikes.at('reboot-nothing', place)) return 'nothing';
    return strikes.at('reboot-unanswered', place) ? 'unanswered' : 'happens';
  };
  for (const { name: node } of world.machines)
    recurring(world, 'logind-ill', node, (name) => {
      const fate = strikes.chance(`${name}/fate`) < 0.5 ? 'refused' : 'nothing';
      ill.set(node, { fate, until: time.mono() + lasting(world, name, minute, 60 * minute) });
      world.timeline.note(node, `its logind is ill: ${fate}`);
    });
}
