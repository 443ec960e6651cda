import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type JsonMap, mapAt, mapsAt } from './api/object.ts';
import { admin } from './api/user.ts';
import { ManualClock } from './clock.ts';
import { type FakeCluster, openFakeCluster } from './fake-cluster.ts';
import { type FakeKubelet, type FakeKubeletOptions, startFakeKubelet } from './kubelet.ts';

const pods = '/api/v1/namespaces/default/pods';

async function open(
  options: Partial<FakeKubeletOptions> = {},
): Promise<{ cluster: FakeCluster; clock: ManualClock; kubelet: FakeKubelet }> {
  const clock = new ManualClock();
  const cluster = openFakeCluster({ clock });
  const kubelet = startFakeKubelet(cluster, { node: 'n1', bootID: 'boot-1', ...options });
  await clock.advance(0);
  return { cluster, clock, kubelet };
}

function ready(cluster: FakeCluster): JsonMap | undefined {
  return mapsAt(cluster.store.get('nodes', '', 'n1')?.status, 'conditions').find((each) => each.type === 'Ready');
}

function bootID(cluster: FakeCluster): unknown {
  return mapAt(cluster.store.get('nodes', '', 'n1')?.status, 'nodeInfo').bootID;
}

async function addPod(cluster: FakeCluster, clock: ManualClock, metadata: object = {}): Promise<void> {
  const spec = { nodeName: 'n1', terminationGracePeriodSeconds: 20, containers: [{ name: 'main', image: 'x' }] };
  cluster.ask(admin, 'POST', pods, { metadata: { name: 'one', ...metadata }, spec });
  await clock.advance(0);
}

function pod(cluster: FakeCluster): JsonMap | undefined {
  return cluster.store.get('pods', 'default', 'one');
}

describe('the kubelet stand-in', () => {
  it('registers its Node, reports Ready with the boot ID and a heartbeat, and renews its Lease', async () => {
    const { cluster, clock, kubelet } = await open();
    using _kubelet = kubelet;
    assert.deepEqual([bootID(cluster), ready(cluster)?.status], ['boot-1', 'True']);
    const first = ready(cluster);
    await clock.advance(10_000);
    assert.notEqual(ready(cluster)?.lastHeartbeatTime, first?.lastHeartbeatTime);
    assert.equal(ready(cluster)?.lastTransitionTime, first?.lastTransitionTime);
    assert.ok(cluster.store.get('leases.coordination.k8s.io', 'kube-node-lease', 'n1'));
  });

  it('keeps conditions and annotations of others', async () => {
    const { cluster, clock, kubelet } = await open();
    using _kubelet = kubelet;
    const patch = {
      metadata: { annotations: { a: 'b' } },
      status: { conditions: [{ type: 'Other', status: 'True' }] },
    };
    cluster.ask(admin, 'PATCH', '/api/v1/nodes/n1/status', patch, 'application/strategic-merge-patch+json');
    await clock.advance(10_000);
    const node = cluster.store.get('nodes', '', 'n1');
    assert.ok(mapsAt(node?.status, 'conditions').some((each) => each.type === 'Other'));
    assert.equal(node?.metadata.annotations?.a, 'b');
  });

  it('runs its pods, and deletes a terminating one when its grace time is up', async () => {
    const { cluster, clock, kubelet } = await open();
    using _kubelet = kubelet;
    await addPod(cluster, clock);
    assert.equal(mapAt(pod(cluster), 'status').phase, 'Running');
    cluster.ask(admin, 'DELETE', `${pods}/one`);
    await clock.advance(19_999);
    assert.ok(pod(cluster));
    await clock.advance(1);
    assert.equal(pod(cluster), undefined);
  });

  it('ends a pod earlier that takes less time, and leaves one with a finalizer', async () => {
    const { cluster, clock, kubelet } = await open();
    using _kubelet = kubelet;
    await addPod(cluster, clock, { annotations: { 'stand-in/exits-after': '2s' }, finalizers: ['a/b'] });
    cluster.ask(admin, 'DELETE', `${pods}/one`);
    await clock.advance(2000);
    assert.equal(mapAt(pod(cluster), 'metadata').deletionGracePeriodSeconds, 0);
    cluster.ask(admin, 'PATCH', `${pods}/one`, { metadata: { finalizers: null } });
    assert.equal(pod(cluster), undefined);
  });

  it('down it reports nothing and ends no pod; up again it shows the other boot and goes on', async () => {
    const { cluster, clock, kubelet } = await open();
    using _kubelet = kubelet;
    await addPod(cluster, clock);
    kubelet.down();
    cluster.ask(admin, 'DELETE', `${pods}/one`);
    await clock.advance(49_999);
    assert.deepEqual([bootID(cluster), ready(cluster)?.status], ['boot-1', 'True']);
    await clock.advance(1);
    assert.equal(ready(cluster)?.status, 'Unknown');
    assert.ok(pod(cluster));
    kubelet.up('boot-2');
    await clock.advance(0);
    assert.deepEqual([bootID(cluster), ready(cluster)?.status, pod(cluster)], ['boot-2', 'True', undefined]);
  });

  it('says that it is not ready when told so', async () => {
    const { cluster, kubelet } = await open();
    using _kubelet = kubelet;
    kubelet.setReady(false, 'disk gone');
    assert.deepEqual([ready(cluster)?.status, ready(cluster)?.message], ['False', 'disk gone']);
  });

  it('tries again while no API server runs', async () => {
    const clock = new ManualClock();
    const cluster = openFakeCluster({ clock });
    const away = { ...cluster, running: false };
    using _kubelet = startFakeKubelet(away, { node: 'n1', bootID: 'boot-1' });
    await clock.advance(5000);
    assert.equal(cluster.store.get('nodes', '', 'n1'), undefined);
    away.running = true;
    await clock.advance(2000);
    assert.equal(ready(cluster)?.status, 'True');
  });
});
