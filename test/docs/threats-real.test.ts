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

/** Fields of the metadata of a Lease. */
interface MetadataChange {
  readonly annotations?: Readonly<Record<string, string | undefined>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
  readonly finalizers?: readonly string[];
}

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
    const written = await putWith(client, `${leases}/kured-host`, {
      annotations: { 'kured-host/paused': 'by somebody' },
    });
    assert.equal(written.status, 200);
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

  it('cannot have the Lease removed or locked in deletion, nor write into it what is not of the service', async () => {
    const client = await as(mine, account('kured-host'));
    const path = `${leases}/kured-host`;
    await cluster.admin.patch(path, { metadata: { annotations: { 'kured-host/concurrency': '1', theirs: 'x' } } });
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: '11111111-2222-3333-4444-555555555555' };
    const changes: Readonly<Record<string, MetadataChange>> = {
      ownerReferences: { ownerReferences: [owner] },
      finalizers: { finalizers: ['an.example/lock'] },
      labels: { labels: {} },
      'annotations of others': { annotations: { mine: 'x' } },
      'kured-host/concurrency': { annotations: { 'kured-host/concurrency': '32' } },
    };
    await guarded(client, path);
    for (const [what, change] of Object.entries(changes)) {
      const { status, body } = await putWith(client, path, change);
      assert.deepEqual([status, body.message?.includes(`nodes may not change ${what}`)], [403, true], body.message);
    }
    for (const key of ['theirs', 'kured-host/concurrency'])
      assert.equal((await putWith(client, path, { annotations: { [key]: undefined } })).status, 403, key);
    assert.equal((await putWith(client, path, { annotations: { 'kured-host/paused': 'again' } })).status, 200);
  });

  it('can write it with what people wrote there, which the guard leaves to them', async () => {
    const client = await as(mine, account('kured-host'));
    const path = `${leases}/kured-host`;
    const theirs = { 'kured-host/concurrency': ' 2 ', note: 'theirs' };
    const metadata = { labels: { team: 'a' }, finalizers: ['an.example/kept'], annotations: theirs };
    await cluster.admin.patch(path, { metadata });
    // The number, as the service writes it.
    const written = await putWith(client, path, { annotations: { 'kured-host/concurrency': '2' } });
    assert.equal(written.status, 200, written.body.message);
    assert.deepEqual(
      [written.body.metadata.labels?.['team'], written.body.metadata.finalizers],
      ['a', ['an.example/kept']],
    );
    await cluster.admin.patch(path, { metadata: { finalizers: null } });
  });

  it('has the groups of every ServiceAccount through it, and what the cluster gives to those', async () => {
    const [node, acting] = [await as(mine), await as(mine, account('kured-host'))];
    const review = await acting.post<{ status: { userInfo: { groups: string[] } } }>(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    );
    assert.deepEqual(review.status.userInfo.groups.sort(), [
      'system:authenticated',
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
    ]);
    const issuer = '/.well-known/openid-configuration';
    assert.deepEqual([await status(node, 'GET', issuer), await status(acting, 'GET', issuer)], [403, 200]);
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

  /** A write of the Lease as it is, with these fields of its metadata changed; undefined takes an annotation off. */
  async function putWith(client: RestClient, path: string, change: MetadataChange, query = {}) {
    const { metadata, ...rest } = await client.get<KubernetesObject>(path);
    const annotations = { ...metadata.annotations, ...change.annotations };
    return await client.request('PUT', path, {
      query,
      body: { ...rest, metadata: { ...metadata, ...change, annotations } },
    });
  }

  /** The API server learns of the policy by a watch. */
  async function guarded(client: RestClient, path: string): Promise<void> {
    const probe = { labels: { probe: 'x' } };
    await within(30_000, 'the guard to hold', async (signal) => {
      while (!signal.aborted && (await putWith(client, path, probe, { dryRun: 'All' })).status !== 403);
    });
  }

  /** The authorizer learns of a changed binding by its own watch; and from 1.36 an impersonation that it allowed is remembered for ten seconds. */
  async function seenForbidden(path: string): Promise<void> {
    const client = await as(mine, account('kured-host-edge'));
    await within(30_000, 'the binding to hold for its own node only', async (signal) => {
      while (!signal.aborted && (await status(client, 'GET', path)) !== 403);
    });
  }
});
