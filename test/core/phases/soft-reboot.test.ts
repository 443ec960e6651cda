import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHandled } from '../../../src/core/handled.ts';
import { LawJudge, noCounts } from './judge.ts';
import { settings } from './samples.ts';
import { World } from './world.ts';

const counts = noCounts();

/** A node that reboots softly: /run, and the sentinel in it, are there afterwards as before. */
function softWorld(): World {
  const model = { settings: { ...settings, rebootMethod: 'soft-reboot' as const }, needStays: false };
  return new World(model, new LawJudge(counts));
}

function goOnUntil(world: World, what: string, is: () => boolean): void {
  for (let round = 0; round < 200 && !is(); round += 1) {
    if ((world.server.node?.readyHeartbeat ?? 0) <= world.began) world.act({ do: 'kubelet', ready: true });
    world.goOn();
  }
  assert.ok(is(), `${what}, not ${world.process?.state.phase.name} (${world.process?.state.waits.code})`);
}

function handledBoots(world: World): readonly [boot: string, reboots: number] | null {
  const handled = world.server.node === null ? null : readHandled(world.server.node);
  return handled === null ? null : [handled.boot, handled.reboots.length];
}

test('one need causes one soft reboot: the sentinel that outlives it is reported, and waits for a need of another name', () => {
  const world = softWorld();
  world.act({ do: 'need', is: 'new' });
  goOnUntil(world, 'idle after the first', () => world.process?.state.waits.code === 'need-handled');
  assert.deepEqual([world.boot, handledBoots(world)], [{ id: 'boot-0', soft: 1 }, ['boot-0/1', 1]]);
  assert.equal(world.server.node?.unschedulable, false);
  for (let round = 0; round < 10; round += 1) world.goOn();
  assert.deepEqual(world.boot, { id: 'boot-0', soft: 1 });

  world.act({ do: 'need', is: 'new' });
  goOnUntil(world, 'idle after the second', () => world.boot.soft === 2 && handledBoots(world)?.[0] === 'boot-0/2');
  assert.deepEqual(handledBoots(world), ['boot-0/2', 2], 'both count towards maxRebootsPerDay');
});

test('a Ready from before the soft reboot proves nothing', () => {
  const world = softWorld();
  world.act({ do: 'need', is: 'new' });
  world.act({ do: 'kubelet', ready: true });
  for (let round = 0; round < 200 && world.process?.state.phase.name !== 'verifying'; round += 1) world.goOn();
  for (let round = 0; round < 20; round += 1) world.goOn();
  assert.deepEqual(
    [world.process?.state.phase.name, world.process?.state.waits.code],
    ['verifying', 'kubelet-silent-since'],
  );
  assert.equal(world.server.node?.unschedulable, true);
});
