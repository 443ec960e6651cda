import { startFaults } from './faults/start.ts';
import type { Outcome, Plan } from './plan.ts';
import { comeToRest } from './rest.ts';
import { startWorkload } from './workload.ts';
import { World } from './world.ts';

/** Runs the plan to its end, or to the first broken law. The same plan gives the same history, event by event, anywhere. */
export async function simulate(plan: Plan): Promise<Outcome> {
  // Whoever gives up a request makes an error; nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run(plan);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run(plan: Plan): Promise<Outcome> {
  const world = new World(plan);
  const { time, strikes, network, witness, timeline } = world;
  startFaults(world);
  startWorkload(world);
  world.begin();
  while (world.broken === null && (await time.step(plan.duration)));
  if (world.broken === null) {
    world.heal();
    await comeToRest(world);
  }
  await world.end();
  let lines: readonly string[] | null = null;
  return {
    broken: world.broken,
    reboots: witness.reboots,
    strikes: strikes.happened,
    requests: network.requests,
    lasted: time.mono(),
    get timeline() {
      lines ??= timeline.lines();
      return lines;
    },
  };
}
