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
    // A person sees to it, once an hour.
    if (next % hour < minute)
      for (const { process } of world.machines) if (process?.status()?.stuck != null) process.retry();
  }
  world.break(`does not come to rest: ${restless(world).join('; ')}`);
}

/** Who is not at rest, and where it stands. */
function restless(world: World): readonly string[] {
  const { store } = world.cluster;
  const lease = store.get('leases.coordination.k8s.io', 'kured-host', 'kured-host')?.metadata.annotations ?? {};
  const kept = ['kured-host/holders', 'kured-host/queue'].filter((name) => (lease[name] ?? '[]') !== '[]');
  return [
    ...kept.map((name) => `the Lease has ${name} ${lease[name]}`),
    ...world.machines.flatMap((machine) => restlessness(machine, world)),
  ];
}

function restlessness(machine: Machine, { cluster }: World): readonly string[] {
  const { name } = machine;
  const status = machine.status();
  const node = cluster.store.get('nodes', '', name);
  const mark = node?.metadata.annotations?.['kured-host/claim'];
  return [
    ...(machine.power === 'up' ? [] : [`${name} is ${machine.power}`]),
    ...(status?.phase === 'idle'
      ? []
      : [`${name} is ${status?.phase ?? 'without a service'}: ${status?.sentence ?? ''}`]),
    ...(mark === undefined ? [] : [`the Node ${name} is marked: ${mark}`]),
    ...(node?.spec?.unschedulable === true ? [`the Node ${name} is cordoned`] : []),
  ];
}
