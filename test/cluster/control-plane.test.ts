import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from './available.ts';
import type { ClusterAccess } from './control-plane.ts';
import type { Status } from './rest.ts';
import { type Budget, isTrue, nodeWithKubelet, type Pod } from './seen-objects.ts';
import { sharedControlPlane } from './shared.ts';
import { budget, createNamespace, eviction, pod, podSpec, uniqueName } from './workload.ts';

const skip = skipUnless(available());

describe('the control plane', { skip, concurrency: true, timeout: 120_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('says which Kubernetes it is', async () => {
    const version = await cluster.admin.get<{ gitVersion: string }>('/version');
    assert.match(version.gitVersion, new RegExp(`^v${process.env.KUBERNETES_VERSION ?? '1.36.3'}$`));
  });

  it('refuses a node what NodeRestriction refuses, whatever RBAC says', async () => {
    const [namespace, name, other] = [await createNamespace(cluster, 'restricted'), uniqueName('n'), uniqueName('n')];
    await using _kubelet = await nodeWithKubelet(cluster, name);
    await using _other = await nodeWithKubelet(cluster, other);
    const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    const lease = await cluster.admin.post(leases, { metadata: { name: 'shared' } });
    await grant(
      cluster,
      namespace,
      [{ kind: 'Group', name: 'system:nodes' }],
      [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'update'] }],
    );
    const node = await cluster.client({ name: `system:node:${name}`, organizations: ['system:nodes'] });
    const cordon = { contentType: 'application/merge-patch+json', body: { spec: { unschedulable: true } } };
    const answers = {
      read: await node.request('GET', `${leases}/shared`),
      write: await node.request('PUT', `${leases}/shared`, { body: lease }),
      own: await node.request('PATCH', `/api/v1/nodes/${name}`, cordon),
      other: await node.request('PATCH', `/api/v1/nodes/${other}`, cordon),
      taint: await node.request('PATCH', `/api/v1/nodes/${name}`, {
        ...cordon,
        body: { spec: { taints: [{ key: 'mine', effect: 'NoSchedule' }] } },
      }),
    };
    assert.deepEqual(Object.fromEntries(Object.entries(answers).map(([what, answer]) => [what, answer.status])), {
      read: 200,
      write: 403,
      own: 200,
      other: 403,
      taint: 403,
    });
    assert.match(answers.write.body.message ?? '', /can only access leases in the "kube-node-lease" system namespace/);
  });

  it('lets a node write a shared Lease as a ServiceAccount that it may impersonate, and the audit log names both', async () => {
    const [namespace, name] = [await createNamespace(cluster, 'impersonated'), uniqueName('n')];
    const account = `system:serviceaccount:${namespace}:lock`;
    const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    await cluster.admin.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'lock' } });
    const lease = await cluster.admin.post(leases, { metadata: { name: 'shared' } });
    await grant(
      cluster,
      namespace,
      [{ kind: 'Group', name: 'system:nodes' }],
      [{ apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['lock'], verbs: ['impersonate'] }],
    );
    await grant(
      cluster,
      namespace,
      [{ kind: 'ServiceAccount', name: 'lock', namespace }],
      [
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          resourceNames: ['shared'],
          verbs: ['get', 'update'],
        },
      ],
    );
    const since = cluster.auditLog.now();
    const node = await cluster.client({
      name: `system:node:${name}`,
      organizations: ['system:nodes'],
      impersonate: account,
    });
    await node.put(`${leases}/shared`, { ...lease, spec: { holderIdentity: name } });

    const [entry] = await cluster.auditLog.awaitEntries('the write', {
      verb: 'update',
      resource: 'leases',
      namespace,
      since,
    });
    assert.ok(entry);
    assert.equal(entry.user, `system:node:${name}`);
    assert.equal(entry.impersonatedUser, account);
    assert.equal(entry.code, 200);
    assert.equal((entry.requestObject as { spec: { holderIdentity: string } }).spec.holderIdentity, name);
    assert.ok(entry.received >= since && entry.answered > entry.received, 'microseconds of this machine');
  });

  it('refuses an expired certificate', async () => {
    const expired = await cluster.client({
      name: 'admin',
      organizations: ['system:masters'],
      notAfter: new Date(Date.now() - 60_000),
    });
    assert.equal((await expired.request('GET', '/api/v1/nodes')).status, 401);
  });

  it('answers 429 with the cause DisruptionBudget while a budget allows nothing, and 201 when it does', async () => {
    const [namespace, name] = [await createNamespace(cluster, 'budget'), uniqueName('n')];
    await using _kubelet = await nodeWithKubelet(cluster, name);
    const [pods, budgets] = [
      `/api/v1/namespaces/${namespace}/pods`,
      `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
    ];
    await cluster.admin.post(pods, pod({ name: 'web', namespace, node: name, labels: { app: 'web' } }));
    await cluster.admin.until<Pod>(`${pods}/web`, 'Ready', (object) => isTrue(object, 'Ready'));
    await cluster.admin.post(budgets, budget(namespace, 'web', { app: 'web' }, 1));
    await cluster.admin.until<Budget>(
      `${budgets}/web`,
      'observed',
      (object) => object?.status?.observedGeneration === 1,
    );

    const node = await cluster.client({ name: `system:node:${name}`, organizations: ['system:nodes'] });
    const evict = () => node.request<Status>('POST', `${pods}/web/eviction`, { body: eviction(namespace, 'web') });
    const refused = await evict();
    assert.equal(refused.status, 429);
    assert.equal(refused.body.details?.causes?.[0]?.reason, 'DisruptionBudget');

    await cluster.admin.patch(`${budgets}/web`, { spec: { minAvailable: 0 } });
    await cluster.admin.until<Budget>(
      `${budgets}/web`,
      'one allowed',
      (object) => object?.status?.disruptionsAllowed === 1,
    );
    assert.equal((await evict()).status, 201);
    assert.equal(await cluster.admin.until(`${pods}/web`, 'gone', (object) => object === undefined), undefined);
  });

  it('has the controllers and the scheduler put a StatefulSet pod on another node when its own is cordoned', async () => {
    const [namespace, first, second] = [await createNamespace(cluster, 'stateful'), uniqueName('n'), uniqueName('n')];
    await using _first = await nodeWithKubelet(cluster, first);
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const labels = { app: 'db' };
    const only = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [first, second] }] },
          ],
        },
      },
    };
    await cluster.admin.post(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
      metadata: { name: 'db' },
      spec: {
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { ...podSpec(), affinity: only } },
      },
    });
    const before = await cluster.admin.until<Pod>(`${pods}/db-0`, 'Ready', (object) => isTrue(object, 'Ready'));
    await using _second = await nodeWithKubelet(cluster, second);
    await cluster.admin.patch(`/api/v1/nodes/${first}`, { spec: { unschedulable: true } });
    await cluster.admin.post(`${pods}/db-0/eviction`, eviction(namespace, 'db-0'));
    const moved = await cluster.admin.until<Pod>(
      `${pods}/db-0`,
      'Ready elsewhere',
      (object) => object?.metadata.uid !== before?.metadata.uid && isTrue(object, 'Ready'),
      20_000,
    );
    assert.deepEqual([before?.spec.nodeName, moved?.spec.nodeName], [first, second]);
  });

  it('carries kubectl: client-side and server-side apply', async () => {
    const namespace = await createNamespace(cluster, 'kubectl');
    const manifest = JSON.stringify({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'one', namespace },
    });
    for (const way of [[], [], ['--server-side', '--field-manager=me']]) {
      const applied = await cluster.kubectl(['apply', ...way, '-f', '-'], { input: manifest });
      assert.equal(applied.code, 0, applied.stderr);
    }
    const listed = await cluster.kubectl(['get', 'lease', '-n', namespace, '-o', 'name']);
    assert.equal(listed.stdout, 'lease.coordination.k8s.io/one\n');
  });
});

async function grant(
  cluster: ClusterAccess,
  namespace: string,
  subjects: readonly object[],
  rules: readonly object[],
): Promise<void> {
  const api = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const name = uniqueName('role');
  await cluster.admin.post(`${api}/roles`, { metadata: { name }, rules });
  await cluster.admin.post(`${api}/rolebindings`, {
    metadata: { name },
    subjects,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
  });
}
