import type { Permission } from '../../../src/core/permission.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { Machine } from '../machine.ts';
import type { World } from '../world.ts';
import { lasting, recurring } from './recurring.ts';

const minute = 60_000;
export const refused: Permission = {
  is: 'refused',
  reasons: [reason('blocked', { source: 'the window', why: 'it is closed' })],
};
export const unknown: Permission = {
  is: 'unknown',
  reasons: [reason('permission-unknown', { source: 'Prometheus', why: 'it does not answer' })],
};

/** Windows open and close, blockers turn or cannot be asked, sentinels flap. */
export function startPermission(world: World): void {
  for (const machine of world.machines) {
    recurring(world, 'refused', machine.name, (name) => turn(machine, world, name, refused));
    recurring(world, 'permission-unknown', machine.name, (name) => turn(machine, world, name, unknown));
    recurring(world, 'sentinel-flaps', machine.name, (name) => flap(machine, world, name, 4));
  }
  recurring(world, 'window', 'all', (name) => {
    for (const machine of world.machines) turn(machine, world, name, refused);
  });
}

/** Those who watch are mostly told of a turn; who asks is told the truth. */
export function turn(machine: Machine, world: World, name: string, permission: Permission): void {
  const { strikes, time } = world;
  machine.permit.set(permission, strikes.chance(`${name}/${machine.name}/told`) < 0.8);
  time.timer(lasting(world, name, 1_000, 30 * minute), () => {
    if (machine.permit.permission === permission)
      machine.permit.set({ is: 'allowed' }, strikes.chance(`${name}/${machine.name}/back-told`) < 0.8);
  });
}

/** The sentinel goes and comes back, some times in a row. */
function flap(machine: Machine, world: World, name: string, times: number): void {
  if (times === 0 || machine.power !== 'up') return;
  if (machine.sentinel.fingerprint === null) machine.sentinel.appear();
  else machine.sentinel.vanish();
  world.time.timer(lasting(world, `${name}/${times}`, 10, 20_000), () => flap(machine, world, name, times - 1));
}
