import { admin } from '../../fakes/api/user.ts';
import type { Machine } from '../machine.ts';
import type { OnItsWay } from '../network.ts';
import type { World } from '../world.ts';
import { refused, turn, unknown } from './permission.ts';
import { afterwards } from './persons.ts';

const lease = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/kured-host';

/** Something turns against the reboot at the worst moment: just while the machine writes the Lease, as for its fence. */
export function turnsMeanwhile(world: World): (of: OnItsWay) => void {
  const { strikes, time, weather } = world;
  return (of) => {
    if (of.request.method !== 'PUT' || !of.request.path.includes('/leases/')) return;
    const machine = world.machines.find(({ name }) => name === of.node);
    if (machine === undefined || !strikes.at('meanwhile', of.place)) return;
    time.timer(weather.between(`${of.place}/meanwhile`, 0, 40), () => against(machine, world, of.place));
  };
}

function against(machine: Machine, world: World, place: string): void {
  const name = `meanwhile/${place}`;
  const kind = world.strikes.chance(`${name}/kind`);
  if (kind < 0.4) turn(machine, world, name, refused);
  else if (kind < 0.6) turn(machine, world, name, unknown);
  else if (kind < 0.8) machine.sentinel.vanish();
  else if (kind < 0.9) annotate(world, name, `/api/v1/nodes/${machine.name}`, 'kured-host/hold');
  else annotate(world, name, lease, 'kured-host/paused');
}

function annotate(world: World, name: string, path: string, annotation: string): void {
  const set = (value: string | null) => (): void =>
    void world.cluster.ask(admin, 'PATCH', path, { metadata: { annotations: { [annotation]: value } } });
  if (!world.network.serving) return;
  world.timeline.note('an admin', `sets ${annotation} on ${path}`);
  set('just now')();
  afterwards(world, name, set(null));
}
