import type { Machine } from './machine.ts';
import type { World } from './world.ts';

const minute = 60_000;
const hour = 3_600_000;
/** Within this time after the last fault everything has to be at rest: longer than the longest back-off and the slow look together. */
const bound = 8 * hour;

/** Goes on until everything is at rest; breaks the run when it does not come to that. */
export async function comeToRest(world: World): Promise<void> {
  const { time } = world;
  const end = time.mono() + bound;
  for (let next = time.mono() + minute; time.mono() < end; next += minute) {
    while (world.broken === null && (await time.step(next)));
    if (world.broken !== null || restless(world).length === 0) return;
  }
  for (const one of restless(world)) world.timeline.note('the world', `not at rest: ${one}`);
  world.break(`does not come to rest: ${restless(world)[0]}`);
}

/** Who is not at rest, and where it stands. */
function restless(world: World): readonly string[] {
  return [...world.witness.restless(), ...world.machines.flatMap((machine) => restlessness(machine))];
}

function restlessness(machine: Machine): readonly string[] {
  const { name, power } = machine;
  const status = machine.status();
  const phase = status?.phase ?? 'without a service';
  return [
    ...(power === 'up' ? [] : [`${name} is ${power}`]),
    ...(phase === 'idle' ? [] : [`${name} is ${phase}, ${status?.sentence ?? ''}`]),
  ];
}
