import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listAt, mapAt } from './api/object.ts';
import { admin, nodeUser } from './api/user.ts';
import { ManualClock } from './clock.ts';
import { type FakeCluster, type FakeClusterOptions, openFakeCluster } from './fake-cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';

function open(options: Omit<FakeClusterOptions, 'clock'> = {}): { cluster: FakeCluster; clock: ManualClock } {
  const clock = new ManualClock();
  const cluster = openFakeCluster({ clock, ...options });
  cluster.ask(nodeUser('n1'), 'POST', '/api/v1/nodes', { metadata: { name: 'n1', labels: { a: 'b' } } });
  return { cluster, clock };
}

function addPod(cluster: FakeCluster, name: string, metadata: object = {}): void {
  const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'x' }] };
  cluster.ask(admin, 'POST', pods, { metadata: { name, labels: { app: 'web' }, ...metadata }, spec });
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  cluster.ask(nodeUser('n1'), 'PATCH', `${pods}/${name}/status`, { status });
}

function addBudget(cluster: FakeCluster, spec: object): void {
  const selector = { matchLabels: { app: 'web' } };
  cluster.ask(admin, 'POST', budgets, { metadata: { name: 'budget' }, spec: { selector, ...spec } });
}

function evict(cluster: FakeCluster, name: string): ReturnType<FakeCluster['ask']> {
  return cluster.ask(nodeUser('n1'), 'POST', `${pods}/${name}/eviction`, { metadata: { name } });
}

function allowed(cluster: FakeCluster): unknown {
  return cluster.store.get('poddisruptionbudgets.policy', 'default', 'budget')?.status?.disruptionsAllowed;
}

describe('what controllers do', () => {
  it('a budget that its controller has not seen answers 429 with a time to come back', () => {
    const { cluster } = open({ withoutBudgets: true });
    addPod(cluster, 'one');
    addBudget(cluster, { minAvailable: 0 });
    const { code, body } = evict(cluster, 'one');
    const details = mapAt(body, 'details');
    assert.deepEqual([code, details.retryAfterSeconds], [429, 10]);
    assert.match(JSON.stringify(listAt(details, 'causes')), /DisruptionBudget.*still being processed by the server/);
  });

  it('a budget counts what is healthy, by number, by percentage, and against the scale of its controllers', () => {
    const owner = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }];
    const rows: readonly [object, number][] = [
      [{ minAvailable: 1 }, 2],
      [{ minAvailable: 3 }, 0],
      [{ minAvailable: '50%' }, 1],
      [{ maxUnavailable: 1 }, 0],
      [{ maxUnavailable: 2 }, 1],
      [{ maxUnavailable: '50%' }, 1],
    ];
    for (const [spec, wanted] of rows) {
      const { cluster } = open();
      cluster.ask(admin, 'POST', '/apis/apps/v1/namespaces/default/replicasets', {
        metadata: { name: 'web' },
        spec: { replicas: 4 },
      });
      for (const name of ['one', 'two', 'three']) addPod(cluster, name, { ownerReferences: owner });
      addBudget(cluster, spec);
      assert.equal(allowed(cluster), wanted, JSON.stringify(spec));
    }
  });

  it('an eviction is counted until the pod is gone, and the budget opens when another is ready', () => {
    const { cluster } = open();
    for (const name of ['one', 'two']) addPod(cluster, name);
    addBudget(cluster, { minAvailable: 1 });
    assert.deepEqual([evict(cluster, 'one').code, evict(cluster, 'two').code], [201, 429]);
    cluster.ask(nodeUser('n1'), 'DELETE', `${pods}/one`, { gracePeriodSeconds: 0 });
    assert.equal(evict(cluster, 'two').code, 429);
    addPod(cluster, 'three');
    assert.equal(evict(cluster, 'two').code, 201);
  });

  it('an eviction whose deletion fails counts for two minutes', async () => {
    const { cluster, clock } = open({ rechecks: true });
    for (const name of ['one', 'two']) addPod(cluster, name);
    addBudget(cluster, { minAvailable: 1 });
    const body = { metadata: { name: 'one' }, deleteOptions: { preconditions: { uid: 'another' } } };
    assert.equal(cluster.ask(nodeUser('n1'), 'POST', `${pods}/one/eviction`, body).code, 409);
    await clock.advance(119_000);
    assert.deepEqual([allowed(cluster), evict(cluster, 'one').code], [0, 429]);
    await clock.advance(1_000);
    assert.deepEqual([allowed(cluster), evict(cluster, 'one').code], [1, 201]);
  });

  it('reacts a moment later where a delay is given', async () => {
    const { cluster, clock } = open({ controllerDelay: 100 });
    cluster.ask(admin, 'PATCH', '/api/v1/nodes/n1', { spec: { unschedulable: true } });
    const taints = (): number => listAt(cluster.store.get('nodes', '', 'n1')?.spec, 'taints').length;
    assert.equal(taints(), 0);
    await clock.advance(100);
    assert.equal(taints(), 1);
  });

  it('a namespace goes with what is in it, once the last pod has ended', () => {
    const { cluster } = open();
    cluster.ask(admin, 'POST', '/api/v1/namespaces', { metadata: { name: 'ns' } });
    const inside = '/api/v1/namespaces/ns/pods';
    const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'x' }] };
    cluster.ask(admin, 'POST', inside, { metadata: { name: 'one' }, spec });
    cluster.ask(admin, 'POST', '/api/v1/namespaces/ns/configmaps', { metadata: { name: 'map' } });
    cluster.ask(admin, 'DELETE', '/api/v1/namespaces/ns');
    assert.deepEqual(cluster.store.list('configmaps', 'ns'), []);
    assert.equal(cluster.ask(admin, 'GET', '/api/v1/namespaces/ns').code, 200);
    cluster.ask(nodeUser('n1'), 'DELETE', `${inside}/one`, { gracePeriodSeconds: 0 });
    assert.equal(cluster.ask(admin, 'GET', '/api/v1/namespaces/ns').code, 404);
  });

  it('the pods of a deleted Node go with it', () => {
    const { cluster } = open();
    addPod(cluster, 'one');
    cluster.ask(admin, 'DELETE', '/api/v1/nodes/n1');
    assert.deepEqual(cluster.store.list('pods'), []);
  });
});
