import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readRecord } from '../../src/core/lease/format.ts';
import { available, skipUnless } from '../cluster/available.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { NodeLike } from './node-like.ts';
import { canRunBundle, Pool } from './pool.ts';
import { awaitLogAfter, logMark, nothingLeft, podThatStays, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

interface Pair {
  readonly pool: Pool;
  readonly first: Machine;
  readonly second: Machine;
}

/**
 * Three pools of two nodes, one etcd. The snapshot is taken while `vanish` needs nothing, and while in `reappear` the first
 * drains and the second is queued; then `vanish` begins and `reappear` ends, and etcd goes back.
 */
describe('etcd is restored to an older state', { skip, timeout: 240_000, concurrency: true }, () => {
  let cluster: ControlPlane;
  let vanish: Pair;
  let reappear: Pair;
  const marks = new Map<Machine, number>();
  before(async () => {
    cluster = await startControlPlane();
    [vanish, reappear] = await Promise.all([pair(cluster), pair(cluster)]);
    const open = await podThatStays({ cluster, machine: reappear.first });
    await needInTurn(reappear);
    await cluster.snapshot('before');

    await podThatStays({ cluster, machine: vanish.first });
    await needInTurn(vanish);
    await open();
    for (const machine of [reappear.first, reappear.second]) await reappear.pool.rebooted(machine);
    for (const machine of [reappear.first, reappear.second])
      await nothingLeft({ cluster, pool: reappear.pool, machine });
    const stood = await reappear.pool.lease;
    for (const { first, second } of [vanish, reappear])
      for (const machine of [first, second]) marks.set(machine, logMark(machine));
    await cluster.restore('before');
    const stands = await reappear.pool.lease;
    assert.ok(Number(stands.metadata.resourceVersion) < Number(stood.metadata.resourceVersion));
  });
  after(async () => {
    await vanish.pool[Symbol.asyncDispose]();
    await reappear.pool[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  it('a holder that vanished from the record gives up, says that the Lease went back, and nobody claims', async () => {
    const { pool, first, second } = vanish;
    const older = /shows an older state than was seen before \(restored or created anew\); nothing is claimed until 20/;
    for (const machine of [first, second]) {
      await awaitLogAfter(machine, marks.get(machine) ?? 0, new RegExp(`"event":"lease-went-back".*${older.source}`));
      await nothingLeft({ cluster, pool, machine });
      assert.deepEqual([machine.boots, machine.rebootsAsked], [1, 0]);
    }
    const { reason } = await statusOf(second);
    assert.equal(reason.code, 'lease-went-back');
    assert.match(reason.message, older);
    const reading = readRecord(await pool.lease);
    assert.ok(reading.readable);
    assert.deepEqual([reading.record.holders, reading.record.queue, reading.record.transitions], [[], [], 0]);
  });

  it('a holder that came back is found by its mark, verified as the boot that it was for, and given back; no second reboot', async () => {
    const { pool, first } = reappear;
    await awaitLogAfter(first, marks.get(first) ?? 0, /row 11 of its table/);
    await pool.rebooted(first);
    await nothingLeft({ cluster, pool, machine: first });
    assert.deepEqual([first.boots, first.rebootsAsked], [2, 1]);
    const node = await cluster.admin.get<NodeLike>(`/api/v1/nodes/${first.name}`);
    assert.notEqual(node.spec?.unschedulable, true);
  });

  it('an idle node puts right what its Node tells; a need that comes then waits, and claims nothing', async () => {
    const { pool, second } = reappear;
    await cluster.admin.until<NodeLike>(
      `/api/v1/nodes/${second.name}`,
      'the status of now',
      (node) => node?.metadata.annotations?.['kured-host/status'] === 'no reboot is needed',
      // A write that meets the API server while it is being restored fails, and is tried again after a minute.
      100_000,
    );
    const mark = logMark(second);
    second.requireReboot(['another-package']);
    await awaitLogAfter(second, mark, /"reason":"lease-went-back"/);
    const reading = readRecord(await pool.lease);
    assert.ok(reading.readable);
    assert.ok(!reading.record.holders.some((slot) => slot.readable && slot.entry.node === second.name));
    assert.deepEqual([second.boots, second.rebootsAsked], [2, 1]);
  });
});

async function pair(cluster: ControlPlane): Promise<Pair> {
  const pool = await Pool.open(cluster);
  const [first, second] = await Promise.all([pool.add(), pool.add()]);
  for (const machine of [first, second]) await machine.awaitLog(/"to":"idle"/);
  return { pool, first, second };
}

/** The first holds and drains, the second waits in the queue. */
async function needInTurn({ first, second }: Pair): Promise<void> {
  first.requireReboot();
  await first.awaitLog(/"event":"pod-evicted"/);
  second.requireReboot();
  await second.awaitLog(/"to":"queued"/);
}
