import type { Machine } from '../machine.ts';
import type { BootTimes } from '../weather.ts';
import type { World } from '../world.ts';
import { lasting, recurring } from './recurring.ts';

const minute = 60_000;

/** Boots take hours, kubelets come late, never or flap; wall clocks jump. */
export function startBoots(world: World): void {
  const { weather } = world;
  const mend = (node: string, place: string): void => {
    const machine = world.machines.find(({ name }) => name === node);
    const after = weather.between(`${place}/never`, 20 * minute, 120 * minute);
    world.time.timer(after, () => machine?.startKubelet());
  };
  weather.worseBoot = (node, boot, usual) => {
    const times = worse(world, `${node}/boot-${boot}`, usual);
    if (times.kubelet === null) mend(node, `${node}/boot-${boot}`);
    return times;
  };
  weather.needStays = (node, boot) => world.strikes.at('sentinel-stays', `${node}/boot-${boot}`);
  for (const machine of world.machines) startMachine(machine, world);
}

function worse({ strikes, weather }: World, place: string, usual: BootTimes): BootTimes {
  const { off, service } = usual;
  const slow = strikes.at('boot-slow', place) ? weather.spread(`${place}/slow`, minute, 300 * minute) : 0;
  const late = strikes.at('kubelet-late', place) ? weather.spread(`${place}/late`, minute, 40 * minute) : 0;
  const early = strikes.at('service-late', place) ? weather.spread(`${place}/service-late`, minute, 30 * minute) : 0;
  const never = strikes.at('kubelet-never', place);
  const unready = strikes.at('kubelet-unready', place) ? weather.between(`${place}/unready`, 1_000, 20 * minute) : 0;
  return {
    off: off + slow,
    service: service + early,
    kubelet: never || usual.kubelet === null ? null : usual.kubelet + late,
    unready: usual.unready + unready,
  };
}

function startMachine(machine: Machine, world: World): void {
  const { time } = world;
  recurring(world, 'clock-jump', machine.name, (name) => {
    const by = (world.strikes.chance(`${name}/by`) - 0.5) * 2 * lasting(world, name, minute, 60 * minute);
    world.timeline.note(machine.name, `its wall clock jumps by ${Math.round(by / 1000)} s`);
    machine.wall.jump(by);
  });
  recurring(world, 'kubelet-flaps', machine.name, (name) => {
    machine.kubelet.setReady(false);
    time.timer(lasting(world, name, 1_000, 5 * minute), () => machine.kubelet.setReady(true));
  });
}
