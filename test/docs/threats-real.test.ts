/** What docs/threats.md says of a node in wrong hands, tried with the credentials of a node. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { program } from '../bench/machines.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { mustRun } from '../cluster/process.ts';
import type { KubernetesObject, RestClient } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { within } from '../cluster/waiting.ts';
import { createNamespace, eviction, pod, uniqueName } from '../cluster/workload.ts';
import { canRunBundle } from '../pool/pool.ts';

describe('somebody with root on one node', { skip: skipUnless(available(), canRunBundle()), timeout: 120_000 }, () => {
  const namespace = uniqueName('threats');
  const [mine, other] = [uniqueName('mine'), uniqueName('other')];
  const user = `system:node:${mine}`;
  const account = (name: string): string => `system:serviceaccount:${namespace}:${name}`;
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  let cluster: ClusterAccess & AsyncDisposable;
  let pods = '';

  const as = async (name: string, impersonate?: string): Promise<RestClient> => {
    const request = { name: `system:node:${name}`, organizations: ['system:nodes'] };
    return await cluster.client(impersonate === undefined ? request : { ...request, impersonate });
  };
  const status = async (client: RestClient, method: string, path: string, body?: unknown): Promise<number> => {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return (await client.request(method, path, body === undefined ? {} : { body, contentType })).status;
  };

  before(async () => {
    cluster = await sharedControlPlane();
    for (const pool of [[], ['--pool', 'edge']]) {
      const { stdout } = await mustRun([program, 'manifest', '--namespace', namespace, ...pool]);
      const applied = await cluster.kubectl(['apply', '-f', '-'], { input: stdout });
      assert.equal(applied.code, 0, applied.stderr);
    }
    for (const name of [mine, other]) await cluster.admin.post('/api/v1/nodes', { metadata: { name } });
    const space = await createNamespace(cluster, 'threats-pods');
    pods = `/api/v1/namespaces/${space}/pods`;
    await cluster.admin.post(pods, pod({ name: 'theirs', namespace: space, node: other }));
    await cluster.admin.post(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: 'secret' } });
    await cluster.admin.post(leases, { metadata: { name: 'of-somebody' } });
  });
  after(async () => {
    for (const name of [mine, other]) await cluster?.admin.delete(`/api/v1/nodes/${name}`);
    await cluster?.[Symbol.asyncDispose]();
  });

  it('can write the Lease of the pool, and audit keeps the node and whom it acted as', async () => {
    const since = cluster.auditLog.now();
    const client = await as(mine, account('kured-host'));
    const lease = await client.get<KubernetesObject>(`${leases}/kured-host`);
    const annotations = { 'kured-host/paused': 'by somebody' };
    const changed = { ...lease, metadata: { ...lease.metadata, annotations } };
    assert.equal(await status(client, 'PUT', `${leases}/kured-host`, changed), 200);
    const [write] = await cluster.auditLog.awaitEntries('that write', { verb: 'update', namespace, since });
    assert.deepEqual([write?.user, write?.impersonatedUser], [user, account('kured-host')]);
  });

  it('cannot write it as the node itself, nor make or remove a Lease', async () => {
    const [node, acting] = [await as(mine), await as(mine, account('kured-host'))];
    const lease = await cluster.admin.get<KubernetesObject>(`${leases}/kured-host`);
    assert.equal(await status(node, 'PUT', `${leases}/kured-host`, lease), 403);
    assert.equal(await status(acting, 'POST', leases, { metadata: { name: 'more' } }), 403);
    assert.equal(await status(acting, 'DELETE', `${leases}/kured-host`), 403);
    assert.equal(await status(acting, 'GET', `${leases}/of-somebody`), 403);
  });

  it('cannot cordon, annotate or drain another node', async () => {
    const clients = [await as(mine), await as(mine, account('kured-host'))];
    for (const client of clients) {
      assert.equal(await status(client, 'PATCH', `/api/v1/nodes/${other}`, { spec: { unschedulable: true } }), 403);
      const annotations = { 'kured-host/claim': '{}' };
      assert.equal(await status(client, 'PATCH', `/api/v1/nodes/${other}`, { metadata: { annotations } }), 403);
      const evict = eviction(pods.split('/')[4] ?? '', 'theirs');
      assert.equal(await status(client, 'POST', `${pods}/theirs/eviction`, evict), 403);
    }
  });

  it('can read nothing more through the ServiceAccount, nor get a token of it', async () => {
    const [node, acting] = [await as(mine), await as(mine, account('kured-host'))];
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    for (const path of [secrets, `${secrets}/secret`, '/api/v1/nodes', '/api/v1/pods', leases])
      assert.equal(await status(acting, 'GET', path), 403, path);
    const token = `/api/v1/namespaces/${namespace}/serviceaccounts/kured-host/token`;
    assert.equal(await status(node, 'POST', token, { spec: {} }), 403);
    assert.equal(await status(await as(mine, account('default')), 'GET', `${leases}/kured-host`), 403);
  });

  it('can write the Lease of another pool too, until the binding names that pool’s nodes', async () => {
    const path = `${leases}/kured-host-edge`;
    assert.equal(await status(await as(mine, account('kured-host-edge')), 'GET', path), 200);
    const binding = await cluster.admin.get<KubernetesObject>(`${rbac}/rolebindings/kured-host-edge:nodes`);
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `system:node:${other}` }];
    const { code, stderr } = await cluster.kubectl(['replace', '-f', '-'], {
      input: JSON.stringify({ ...binding, subjects, metadata: { name: binding.metadata.name, namespace } }),
    });
    assert.equal(code, 0, stderr);
    await seenForbidden(path);
    assert.equal(await status(await as(other, account('kured-host-edge')), 'GET', path), 200);
  });

  /** The authorizer learns of a changed binding by its own watch; and from 1.36 an impersonation that it allowed is remembered for ten seconds. */
  async function seenForbidden(path: string): Promise<void> {
    const client = await as(mine, account('kured-host-edge'));
    await within(30_000, 'the binding to hold for its own node only', async (signal) => {
      while (!signal.aborted && (await status(client, 'GET', path)) !== 403);
    });
  }
});
