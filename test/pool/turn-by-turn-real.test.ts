import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { annotation, readRecord } from '../../src/core/lease/format.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, pod } from '../cluster/workload.ts';
import { historyOf } from '../observer/from-audit.ts';
import { breaches, fences, type Moment, mostCordoned } from '../observer/moments.ts';
import type { NodeLike } from './node-like.ts';
import { canRunBundle, Pool } from './pool.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('a pool on a real API server', { skip, timeout: 240_000, concurrency: 3 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('reboots each of five nodes exactly once, never two at a time, and leaves the Lease empty', async () => {
    await using pool = await Pool.open(cluster);
    const machines = await Promise.all(Array.from({ length: 5 }, () => pool.add()));
    for (const machine of machines) machine.requireReboot(['linux-image']);
    await Promise.all(machines.map((machine) => pool.rebooted(machine)));
    const history = await ended(pool, 1);
    assert.equal(mostCordoned(history), 1);
    assert.deepEqual(history.at(-1)?.unschedulable, []);
  });

  it('with concurrency 2 it has two at once, and never more', async () => {
    await using pool = await Pool.open(cluster);
    const machines = await Promise.all(Array.from({ length: 5 }, () => pool.add({ settings: 'concurrency: 2' })));
    const open = await drainsThatWait(pool, machines);
    for (const machine of machines) machine.requireReboot(['linux-image']);
    const [first, second] = await twoMarked(pool);
    assert.notEqual(first, second);
    await open();
    await Promise.all(machines.map((machine) => pool.rebooted(machine)));
    assert.equal(mostCordoned(await ended(pool, 2)), 2);
  });

  it('a node that a person cordoned is rebooted in its turn, and stays cordoned', async () => {
    await using pool = await Pool.open(cluster);
    const machines = await Promise.all(Array.from({ length: 3 }, () => pool.add()));
    const [theirs] = machines;
    assert.ok(theirs !== undefined);
    await theirs.kubelet?.awaitReported(true);
    assert.equal((await cluster.kubectl(['cordon', theirs.name])).code, 0);
    for (const machine of machines) machine.requireReboot(['linux-image']);
    await Promise.all(machines.map((machine) => pool.rebooted(machine)));
    const history = await ended(pool, 1);
    const from = history.findIndex(({ unschedulable }) => unschedulable.includes(theirs.name));
    assert.ok(from >= 0);
    assert.ok(history.slice(from).every(({ unschedulable }) => unschedulable.includes(theirs.name)));
    assert.ok(history.every(({ cordoned }) => !cordoned.includes(theirs.name)));
    assert.ok(history.some(({ marked }) => marked.includes(theirs.name)));
    assert.deepEqual(history.at(-1)?.unschedulable, [theirs.name]);
  });
});

/** The pool's history, once nothing is held any more; each of its machines was rebooted once, and no law was broken. */
async function ended(pool: Pool, limit: number): Promise<readonly Moment[]> {
  await pool.cluster.admin.until(pool.leasePath, 'a free Lease', (lease) => {
    const { holderIdentity = '' } = (lease as { spec?: { holderIdentity?: string } }).spec ?? {};
    return holderIdentity === '';
  });
  const { machines } = pool;
  assert.deepEqual(
    machines.map(({ boots, rebootsAsked }) => [boots, rebootsAsked]),
    machines.map(() => [2, 1]),
  );
  const lease = await pool.lease;
  const reading = readRecord(lease);
  assert.ok(reading.readable);
  assert.deepEqual([reading.record.holders, reading.record.queue], [[], []]);
  assert.equal(reading.record.transitions, machines.length);
  assert.deepEqual(
    [annotation.holders, annotation.queue].map((name) => lease.metadata.annotations?.[name]),
    [undefined, undefined],
  );
  const history = await historyOf(pool);
  assert.deepEqual(breaches(history, limit, pool), []);
  assert.deepEqual(fences(history), Object.fromEntries(machines.map(({ name }) => [name, 1])));
  return history;
}

/** A pod on each node whose end waits for the answer's call. */
async function drainsThatWait(pool: Pool, machines: readonly Machine[]): Promise<() => Promise<void>> {
  const { admin } = pool.cluster;
  const namespace = await createNamespace(pool.cluster, 'work');
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const finalizers = ['example.com/keep'];
  for (const { name, kubelet } of machines) {
    await kubelet?.awaitReported(true);
    await admin.post(path, pod({ name, namespace, node: name, finalizers }));
  }
  const open = (name: string) => admin.patch(`${path}/${name}`, { metadata: { finalizers: null } });
  return async () => void (await Promise.all(machines.map(({ name }) => open(name))));
}

/** Two nodes that are both marked now. */
async function twoMarked(pool: Pool): Promise<readonly string[]> {
  const { admin } = pool.cluster;
  const lease = await admin.until<NodeLike & { spec: { holderIdentity?: string } }>(
    pool.leasePath,
    'two holders',
    (now) => now?.spec?.holderIdentity?.includes(',') === true,
    30_000,
  );
  const names = lease?.spec.holderIdentity?.split(',') ?? [];
  const marked = (node: NodeLike | undefined): boolean =>
    node?.spec?.unschedulable === true && node.metadata.annotations?.['kured-host/claim'] !== undefined;
  await Promise.all(names.map((name) => admin.until<NodeLike>(`/api/v1/nodes/${name}`, 'its mark', marked, 30_000)));
  return names;
}
