import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waiting } from '../core/lease/samples.ts';
import { leaseOf } from '../core/phases/server.ts';
import { admin } from '../fakes/api/user.ts';
import { startFaults } from './faults/start.ts';
import type { Machine } from './machine.ts';
import { World } from './world.ts';

const minute = 60_000;
const lease = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/kured-host';

/** One machine that needs nothing, behind a balancer that cuts what is silent for 35 s, and a queue before it in which nobody lives. */
function balanced(): { readonly world: World; readonly machine: Machine } {
  const duration = 60 * minute;
  const world = new World({ seed: 1, nodes: 1, concurrency: 1, duration, rates: { balancer: 1 }, only: null });
  const { annotations } = leaseOf({ queue: [waiting('dead-1'), waiting('dead-2')] }).metadata;
  assert.equal(world.cluster.ask(admin, 'PATCH', lease, { metadata: { annotations } }).code, 200);
  startFaults(world);
  const [machine] = world.machines;
  assert.ok(machine !== undefined);
  machine.switchOn();
  return { world, machine };
}

test('a node behind two dead ones in the queue has its turn within minutes, behind a balancer that cuts quiet watches', async () => {
  const { world, machine } = balanced();
  world.time.timer(minute, () => machine.sentinel.appear());
  while (world.witness.reboots === 0 && (await world.time.step(10 * minute)));
  await world.end();
  assert.deepEqual([world.broken, world.witness.reboots], [null, 1]);
});

test('behind such a balancer a node at rest soon has watches that nothing cuts, and lists no more', async () => {
  const { world } = balanced();
  const asked: string[] = [];
  const { fateOf } = world.network;
  world.network.fateOf = (of, usual) => {
    if (of.request.path.includes('/nodes?')) asked.push(of.request.path.includes('watch=true') ? 'watch' : 'list');
    return fateOf(of, usual);
  };
  while (await world.time.step(4 * minute));
  const before = asked.splice(0);
  while (await world.time.step(14 * minute));
  await world.end();
  assert.deepEqual([before.filter((one) => one === 'list').length, new Set(asked)], [4, new Set(['watch'])]);
  assert.ok(asked.length >= 20 && asked.length <= 24, `${asked.length} watches in 10 min`);
});
