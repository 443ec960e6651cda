import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { RestClient } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { historyOf } from '../observer/from-audit.ts';
import { breaches, fences } from '../observer/moments.ts';
import { drainThatWaits } from './drains.ts';
import { bindNodesTo } from './grants.ts';
import { canRunBundle, Pool } from './pool.ts';
import { preflight } from './preflight.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('two pools by `manifest` and `manifest --pool`', { skip, timeout: 180_000, concurrency: 3 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('do not wait for each other', async () => {
    await using standard = await Pool.open(cluster);
    await using edge = await Pool.open(cluster, { namespace: standard.namespace, pool: 'edge' });
    const [slow, quick] = await Promise.all([standard.add(), edge.add()]);
    const open = await drainThatWaits(cluster, slow);
    slow.requireReboot();
    await slow.awaitLog(/"phase":"draining"/);
    quick.requireReboot();
    await edge.rebooted(quick);
    assert.equal((await standard.lease).spec?.holderIdentity, slow.name);
    // The manifest, applied again in the middle of a drain, writes nothing: by people the Lease was written once, when it was made.
    await standard.applyManifest();
    assert.equal(slow.rebootsAsked, 0);
    await open();
    await standard.rebooted(slow);
    for (const pool of [standard, edge]) {
      const history = await historyOf(pool);
      assert.deepEqual(breaches(history, 1, pool), []);
      assert.deepEqual(fences(history), { [pool.machines[0]?.name ?? '']: 1 });
      assert.equal(history.filter(({ of, by }) => of === 'lease' && !by.startsWith('system:node:')).length, 1);
    }
  });

  it('have a ServiceAccount each, that writes the Lease of its own pool and not the other’s', async () => {
    await using standard = await Pool.open(cluster);
    await using edge = await Pool.open(cluster, { namespace: standard.namespace, pool: 'edge' });
    const rooted = await asNode(cluster, 'rooted', standard.account);
    const itself = await asNode(cluster, 'rooted');
    const other = await asNode(cluster, 'rooted', edge.account);
    assert.deepEqual(await statuses(rooted, standard), { get: 200, put: 200 });
    assert.deepEqual(await statuses(other, edge), { get: 200, put: 200 });
    assert.deepEqual(await statuses(rooted, edge), { get: 403, put: 403 });
    assert.deepEqual(await statuses(other, standard), { get: 403, put: 403 });
    assert.deepEqual(await statuses(itself, standard), { get: 403, put: 403 });
  });

  it('are out of each other’s reach where their impersonation is bound to their own nodes', async () => {
    await using standard = await Pool.open(cluster);
    await using edge = await Pool.open(cluster, { namespace: standard.namespace, pool: 'edge' });
    const machine = await edge.add();
    await machine.kubelet?.awaitReported(true);
    await bindNodesTo(edge, `system:node:${machine.name}`);
    const stranger = await asNode(cluster, 'stranger', edge.account);
    assert.deepEqual(await statuses(stranger, edge), { get: 403, put: 403 });
    const { code, text } = await preflight(machine);
    assert.equal(code, 0, text);
    machine.requireReboot();
    await edge.rebooted(machine);
  });
});

/** How the API server answers to a read and to a dry run of a write of a pool's Lease. */
async function statuses(client: RestClient, pool: Pool): Promise<{ get: number; put: number }> {
  const get = await client.request('GET', pool.leasePath);
  const put = await client.request('PUT', pool.leasePath, { body: await pool.lease, query: { dryRun: 'All' } });
  return { get: get.status, put: put.status };
}

async function asNode(cluster: ClusterAccess, name: string, impersonate?: string): Promise<RestClient> {
  const who = { name: `system:node:${name}`, organizations: ['system:nodes'] };
  return await cluster.client(impersonate === undefined ? who : { ...who, impersonate });
}
