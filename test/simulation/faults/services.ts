import type { Machine } from '../machine.ts';
import type { World } from '../world.ts';
import { lasting, recurring } from './recurring.ts';

const minute = 60_000;

/** The service is stopped, restarted as by an upgrade, or reloaded with other settings; its disk is full or worn. */
export function startServices(world: World): void {
  for (const machine of world.machines) {
    recurring(world, 'service-restart', machine.name, () => machine.process?.terminate('restart'));
    recurring(world, 'service-stop', machine.name, () => machine.process?.terminate('stop'));
    recurring(world, 'reload', machine.name, (name) => reload(machine, world, name));
    recurring(world, 'disk-full', machine.name, (name) => fill(machine, world, name));
    recurring(world, 'memory-lost', machine.name, () => machine.disk.lose());
  }
}

/** Another limit, a release delay, a shorter drain: as when a configuration is rolled out machine by machine. */
function reload(machine: Machine, { strikes, timeline }: World, name: string): void {
  const { settings } = machine;
  const pick = <T>(what: string, of: readonly [T, ...T[]]): T =>
    of[Math.floor(strikes.chance(`${name}/${what}`) * of.length)] ?? of[0];
  const concurrency = pick('concurrency', [1, 1, 2, 3]);
  const releaseDelay = pick('release-delay', [null, null, 5_000, 5 * minute]);
  const priority = pick('priority', [0, 0, 10]);
  timeline.note(
    machine.name,
    `reloads: concurrency ${concurrency}, releaseDelay ${releaseDelay}, priority ${priority}`,
  );
  machine.configure({ ...settings, concurrency, lease: { ...settings.lease, releaseDelay, priority } });
}

function fill({ disk, name: node }: Machine, world: World, name: string): void {
  const ms = lasting(world, name, 1_000, 30 * minute);
  world.timeline.note(node, `its disk is full for ${Math.round(ms / 1000)} s`);
  disk.full = true;
  const free = (): void => {
    disk.full = false;
  };
  world.onHeal(free);
  world.time.timer(ms, free);
}
