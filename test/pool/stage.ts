import assert from 'node:assert/strict';
import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Status } from '../../src/core/status.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { type NodeProxy, startProxy } from '../cluster/proxy.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { createNamespace, pod, uniqueName } from '../cluster/workload.ts';
import { historyOf } from '../observer/from-audit.ts';
import { breaches, type Moment } from '../observer/moments.ts';
import type { NodeLike } from './node-like.ts';
import { command, Pool, type PoolMachine } from './pool.ts';

/** One machine in a pool of its own, whose daemon and kubelet speak to the API server through a proxy. */
export interface Stage extends AsyncDisposable {
  readonly cluster: ClusterAccess;
  readonly pool: Pool;
  readonly machine: Machine;
  readonly proxy: NodeProxy;
}

/** A machine of any kind in a cluster. */
interface Place {
  readonly cluster: ClusterAccess;
  readonly machine: Pick<Machine, 'name'>;
}

/** Resolves when the daemon is idle. `credentials` makes the daemon's kubeconfig for a server; by itself the daemon has the same as the kubelet. */
export async function openStage(
  cluster: ClusterAccess,
  options: PoolMachine = {},
  credentials?: (server: string, node: string) => Promise<string>,
): Promise<Stage> {
  const name = uniqueName('node');
  const pool = await Pool.open(cluster);
  const proxy = await startProxy(cluster, name);
  const kubelet = { kubeconfig: proxy.kubeconfig, ...options.kubelet };
  const kubeconfig = (await credentials?.(proxy.url, name)) ?? proxy.kubeconfig;
  const machine = await pool.add({ ...options, name, kubeconfig, kubelet });
  await machine.kubelet?.line(/^node ready=/);
  await machine.awaitLog(/"to":"idle"/);
  return {
    cluster,
    pool,
    machine,
    proxy,
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** A pod on the machine's node that stays until the answer is called: a finalizer keeps it. */
export async function podThatStays({ cluster, machine }: Place): Promise<() => Promise<void>> {
  const namespace = await createNamespace(cluster, 'work');
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const stays = pod({ name: 'stays', namespace, node: machine.name, finalizers: ['example.com/keep'] });
  await cluster.admin.post(path, stays);
  return async () => void (await cluster.admin.patch(`${path}/stays`, { metadata: { finalizers: null } }));
}

/** Pauses the pool; the answer ends the pause. */
export async function pause({ cluster, pool }: Pick<Stage, 'cluster' | 'pool'>): Promise<() => Promise<void>> {
  const paused = (why: string | null) =>
    cluster.admin.patch(pool.leasePath, { metadata: { annotations: { 'kured-host/paused': why } } });
  await paused('by the test');
  return async () => void (await paused(null));
}

/** Resolves when the machine's daemon has logged such a line after the mark that `logMark` gave. */
export function awaitLogAfter(
  machine: Machine,
  mark: number,
  pattern: RegExp,
  milliseconds?: number,
): Promise<unknown> {
  const after = new RegExp(`^[^]{${mark}}[^]*?${pattern.source}`);
  return machine.awaitLog(after, milliseconds);
}

export function logMark(machine: Machine): number {
  return machine.log().length;
}

export async function statusOf(machine: Machine): Promise<Status> {
  const { stdout, stderr } = await machine.run([...command, 'status', '--json']);
  assert.ok(stdout.startsWith('{'), stderr);
  return JSON.parse(stdout);
}

/** Resolves when the Node carries neither mark nor cordon, and the Lease neither entry nor place of the machine. */
export async function nothingLeft({ cluster, pool, machine }: Place & Pick<Stage, 'pool'>): Promise<void> {
  await cluster.admin.until<NodeLike>(
    `/api/v1/nodes/${machine.name}`,
    `${machine.name} without mark and cordon`,
    (node) => node?.metadata.annotations?.['kured-host/claim'] === undefined && node?.spec?.unschedulable !== true,
    60_000,
  );
  await cluster.admin.until<LeaseObject & KubernetesObject>(
    pool.leasePath,
    `a Lease without ${machine.name}`,
    (lease) => lease !== undefined && !namesIn(lease).includes(machine.name),
    60_000,
  );
}

/** Nobody's law was broken in the pool's whole history, and the first boot never took itself for another. */
export async function assertLaws({ pool }: Pick<Stage, 'pool'>): Promise<readonly Moment[]> {
  const history = await historyOf(pool);
  assert.deepEqual(breaches(history, 1, { account: `system:serviceaccount:${pool.namespace}:${pool.name}` }), []);
  for (const machine of pool.machines) assert.doesNotMatch(machine.log(1), /"event":"reboot-proven"/);
  return history;
}

/** Holders and queued nodes. */
function namesIn(lease: LeaseObject): readonly string[] {
  const reading = readRecord(lease);
  assert.ok(reading.readable);
  return [...reading.record.holders, ...reading.record.queue].map((slot) => (slot.readable ? slot.entry.node : '?'));
}
