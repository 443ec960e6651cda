import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from './available.ts';
import { type ClusterAccess, type ControlPlane, startControlPlane } from './control-plane.ts';
import { startKubelet } from './kubelet.ts';
import type { KubernetesObject, Status } from './rest.ts';
import { sharedControlPlane } from './shared.ts';
import { budget, createNamespace, eviction, pod, podSpec, uniqueName } from './workload.ts';

const skip = skipUnless(available());

interface Node extends KubernetesObject {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: {
    readonly nodeInfo: { readonly bootID: string };
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}
interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly conditions?: Node['status']['conditions'] };
}
interface Budget extends KubernetesObject {
  readonly status?: { readonly disruptionsAllowed: number; readonly observedGeneration?: number };
}

const isTrue = (object: Node | Pod | undefined, type: string): boolean =>
  object?.status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;

async function nodeWithKubelet(cluster: ClusterAccess, name: string): Promise<AsyncDisposable> {
  const kubelet = startKubelet(cluster, { node: name, kubeconfig: await cluster.nodeKubeconfig(name) });
  await kubelet.awaitReported(true);
  return kubelet;
}

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

describe('the stand-in for a kubelet', { skip, concurrency: true, timeout: 120_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('makes its Node Ready, keeps foreign conditions, and turns it off and on', async () => {
    const name = uniqueName('n');
    await using kubelet = startKubelet(cluster, {
      node: name,
      kubeconfig: await cluster.nodeKubeconfig(name),
      readyDelay: '300ms',
    });
    await kubelet.awaitReported(false);
    await kubelet.awaitReported(true);
    const path = `/api/v1/nodes/${name}`;
    await cluster.admin.patch(
      `${path}/status`,
      { status: { conditions: [{ type: 'RebootRequired', status: 'True' }] } },
      'strategic',
    );
    await kubelet.ready(false);
    assert.deepEqual(
      (await cluster.admin.get<Node>(path)).status.conditions
        .filter(({ status }) => status === 'True')
        .map(({ type }) => type),
      ['RebootRequired'],
    );
    await kubelet.ready(true);
    const node = await cluster.admin.get<Node>(path);
    assert.ok(isTrue(node, 'Ready') && isTrue(node, 'RebootRequired'));
  });

  it('leaves a pod until its grace time is up, or its containers end by themselves', async () => {
    const [namespace, name] = [await createNamespace(cluster, 'grace'), uniqueName('n')];
    await using kubelet = startKubelet(cluster, { node: name, kubeconfig: await cluster.nodeKubeconfig(name) });
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await cluster.admin.post(pods, pod({ name: 'slow', namespace, node: name, grace: 3 }));
    await cluster.admin.post(
      pods,
      pod({ name: 'quick', namespace, node: name, grace: 600, annotations: { 'stand-in/exits-after': '0s' } }),
    );
    await cluster.admin.post(
      pods,
      pod({ name: 'kept', namespace, node: name, grace: 1, finalizers: ['example.invalid/keep'] }),
    );
    for (const one of ['slow', 'quick', 'kept']) {
      await cluster.admin.until<Pod>(`${pods}/${one}`, 'Ready', (object) => isTrue(object, 'Ready'));
      await cluster.admin.post(`${pods}/${one}/eviction`, eviction(namespace, one));
    }
    const slow = await cluster.admin.get(`${pods}/slow`);
    await kubelet.line(/quick gone/);
    await kubelet.line(/slow gone/);
    const [removal] = await cluster.auditLog.awaitEntries('the removal of slow', {
      verb: 'delete',
      resource: 'pods',
      namespace,
      name: 'slow',
      user: `system:node:${name}`,
    });
    assert.ok((removal?.received ?? 0) >= Date.parse(slow.metadata.deletionTimestamp ?? '') * 1000);
    const kept = await cluster.admin.until<Pod>(
      `${pods}/kept`,
      'ended',
      (object) => object?.status.phase === 'Succeeded',
    );
    assert.ok(kept?.metadata.deletionTimestamp);
    await cluster.admin.patch(`${pods}/kept`, { metadata: { finalizers: null } });
    await kubelet.line(/kept gone/);
  });

  it('keeps a pod not ready while its annotation says so', async () => {
    const [namespace, name] = [await createNamespace(cluster, 'unready'), uniqueName('n')];
    await using _kubelet = await nodeWithKubelet(cluster, name);
    const path = `/api/v1/namespaces/${namespace}/pods/one`;
    await cluster.admin.post(
      `/api/v1/namespaces/${namespace}/pods`,
      pod({ name: 'one', namespace, node: name, annotations: { 'stand-in/ready': 'false' } }),
    );
    const running = await cluster.admin.until<Pod>(path, 'Running', (object) => object?.status.phase === 'Running');
    assert.equal(isTrue(running, 'Ready'), false);
    await cluster.admin.patch(path, { metadata: { annotations: { 'stand-in/ready': 'true' } } });
    await cluster.admin.until<Pod>(path, 'Ready', (object) => isTrue(object, 'Ready'));
  });
});

describe('a control plane of one test', { skip, timeout: 180_000 }, () => {
  it('keeps address, identity and data over a stop, a SIGKILL and a freeze, and goes back with a restore', async () => {
    await using controlPlane = await startControlPlane();
    const { admin, url } = controlPlane;
    const path = '/api/v1/namespaces/default/configmaps';
    const numbers = async (): Promise<(string | undefined)[]> => {
      const list = await admin.get<{ items: KubernetesObject[] }>(path);
      return list.items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('n'));
    };
    const client = await controlPlane.client({ name: 'somebody', organizations: ['system:masters'] });

    await admin.post(path, { metadata: { name: 'n1' } });
    await controlPlane.stop();
    await assert.rejects(admin.request('GET', path), /ECONNREFUSED/);
    await controlPlane.start();
    assert.deepEqual([controlPlane.url, await numbers()], [url, ['n1']]);
    await client.get(path);

    await controlPlane.snapshot('one');
    const { metadata } = await admin.post(path, { metadata: { name: 'n2' } });
    await controlPlane.stop('kill');
    await controlPlane.start();
    assert.deepEqual(await numbers(), ['n1', 'n2']);

    await controlPlane.restore('one');
    assert.deepEqual(await numbers(), ['n1']);
    const after = await admin.post(path, { metadata: { name: 'n3' } });
    assert.ok(Number(after.metadata.resourceVersion) < Number(metadata.resourceVersion) + 100, 'the count went back');

    controlPlane.freeze();
    await assert.rejects(admin.request('GET', path, { milliseconds: 300 }), /waited 300 ms for GET/);
    controlPlane.thaw();
    assert.deepEqual(await numbers(), ['n1', 'n3']);
  });

  it('finds its kubelets and controllers at work again soon after a stop', async () => {
    await using controlPlane = await startControlPlane();
    await using _kubelet = await nodeWithKubelet(controlPlane, 'n1');
    const namespace = await createNamespace(controlPlane, 'again');
    await controlPlane.stop();
    await controlPlane.start();
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await controlPlane.admin.post(pods, pod({ name: 'one', namespace, node: 'n1', labels: { app: 'one' } }));
    await controlPlane.admin.until<Pod>(`${pods}/one`, 'Ready', (object) => isTrue(object, 'Ready'));
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    await controlPlane.admin.post(budgets, budget(namespace, 'one', { app: 'one' }, 0));
    await controlPlane.admin.until<Budget>(`${budgets}/one`, 'allowed', (b) => b?.status?.disruptionsAllowed === 1);
  });

  it('refuses a second control plane in the same directory', async () => {
    await using controlPlane: ControlPlane = await startControlPlane({
      disableControllers: ['statefulset-controller'],
    });
    await assert.rejects(startControlPlane({ directory: controlPlane.directory }), /serve ended \(1\)/);
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
