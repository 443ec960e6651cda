import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readRecord } from '../../src/core/lease/format.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { Finished } from '../cluster/process.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, pod } from '../cluster/workload.ts';
import { canRunBundle, command, daemon, Pool } from './pool.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('two daemons on one node', { skip, timeout: 120_000, concurrency: 2 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('the second refuses and says why; the first, in the middle of a drain, goes on as if nothing had been', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    await machine.kubelet?.awaitReported(true);
    const namespace = await createNamespace(cluster, 'work');
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const finalizers = ['example.com/keep'];
    await cluster.admin.post(pods, pod({ name: 'slow', namespace, node: machine.name, finalizers }));
    machine.requireReboot();
    await machine.awaitLog(/slow/);
    const first = machine.service?.pid;
    const before = await entry(pool);
    refused(await machine.run(daemon));
    assert.deepEqual(await entry(pool), before);
    const { code, stdout } = await machine.run([...command, 'status']);
    assert.equal(code, 0);
    assert.match(stdout, /^phase +draining /m);
    assert.ok(machine.service?.running && machine.service.pid === first);
    await cluster.admin.patch(`${pods}/slow`, { metadata: { finalizers: null } });
    await pool.rebooted(machine);
    assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
  });

  it('where the first was killed, the next one starts, however often', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    for (let time = 1; time <= 3; time += 1) {
      await started(machine, time);
      refused(await machine.run(daemon));
      await machine.killService();
      await machine.startService();
    }
    await started(machine, 4);
  });
});

/** The one holder: which claim, by which process, and how often a service was started within it. */
async function entry(pool: Pool): Promise<unknown> {
  const reading = readRecord(await pool.lease);
  assert.ok(reading.readable);
  const [slot] = reading.record.holders;
  assert.ok(slot?.readable);
  const { claim, by, starts, phase } = slot.entry;
  return { claim, by, starts, phase };
}

function refused({ code, stderr }: Finished): void {
  assert.equal(code, 1);
  assert.match(stderr, /another kured-host daemon already runs on this node \(pid \d+\)/);
  assert.doesNotMatch(stderr, /"service-ready"/);
}

async function started(machine: Machine, times: number): Promise<void> {
  await machine.awaitLog(new RegExp(`(?:"service-ready"[^]*){${times}}`));
}
