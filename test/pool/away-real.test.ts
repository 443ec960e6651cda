import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { canRunBundle, Pool, type PoolMachine } from './pool.ts';
import { assertLaws, nothingLeft, pause, podThatStays, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

interface Met {
  readonly pool: Pool;
  readonly machine: Machine;
  /** What lets it go on once the API server is back. */
  readonly letGo: () => Promise<unknown>;
}

/** Where the machines are when the API server stops. Each has a pool of its own. */
const meetings: Readonly<Record<string, (cluster: ControlPlane) => Promise<Met>>> = {
  'idle, and needs a reboot only then': async (cluster) => {
    const { pool, machine } = await open(cluster);
    return { pool, machine, letGo: async () => {} };
  },
  queued: async (cluster) => {
    const { pool, machine } = await open(cluster);
    const letGo = await pause({ cluster, pool });
    machine.requireReboot();
    await machine.awaitLog(/"reason":"pool-paused"/);
    return { pool, machine, letGo };
  },
  draining: async (cluster) => {
    const { pool, machine } = await open(cluster);
    const letGo = await podThatStays({ cluster, machine });
    machine.requireReboot();
    await machine.awaitLog(/"event":"pod-evicted"/);
    return { pool, machine, letGo };
  },
  'about to go down, and boots only then': async (cluster) => {
    const { pool, machine } = await open(cluster, { onRebootAsked: () => 'nothing', deadline: '10m' });
    machine.requireReboot();
    await machine.awaitRebootAsked(1);
    return { pool, machine, letGo: async () => {} };
  },
  verifying: async (cluster) => {
    const { pool, machine } = await open(cluster, { kubelet: { readyDelay: '1h' } });
    machine.requireReboot();
    await machine.awaitBoot(2);
    await machine.awaitLog(/"to":"verifying"/);
    return { pool, machine, letGo: async () => machine.kubelet?.ready(true) };
  },
};

describe('the API server is stopped, and started again', { skip, timeout: 240_000, concurrency: true }, () => {
  let cluster: ControlPlane;
  const met = new Map<string, Met>();
  before(async () => {
    cluster = await startControlPlane();
    await Promise.all(Object.entries(meetings).map(async ([name, meet]) => void met.set(name, await meet(cluster))));
    await cluster.stop();
    met.get('idle, and needs a reboot only then')?.machine.requireReboot();
    await met.get('about to go down, and boots only then')?.machine.reboot();
    for (const [name, { machine }] of met) {
      await machine.awaitLog(/cannot be reached: the connection is refused/);
      const { sentence } = await statusOf(machine);
      assert.match(sentence, /the API server .* cannot be reached: the connection is refused/, name);
    }
    await cluster.start();
  });
  after(async () => {
    for (const { pool } of met.values()) await pool[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  for (const name of Object.keys(meetings)) {
    it(`${name}: it says so, goes on by itself, and reboots once`, async () => {
      const { pool, machine, letGo } = met.get(name) as Met;
      await letGo();
      await pool.rebooted(machine);
      await nothingLeft({ cluster, pool, machine });
      assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
      await assertLaws({ pool });
    });
  }
});

async function open(cluster: ControlPlane, options: PoolMachine = {}): Promise<{ pool: Pool; machine: Machine }> {
  const pool = await Pool.open(cluster);
  const machine = await pool.add(options);
  await machine.kubelet?.line(/^node ready=/);
  await machine.awaitLog(/"to":"idle"/);
  return { pool, machine };
}
