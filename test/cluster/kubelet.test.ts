import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from './available.ts';
import type { ClusterAccess } from './control-plane.ts';
import { startKubelet } from './kubelet.ts';
import { isTrue, type Node, nodeWithKubelet, type Pod } from './seen-objects.ts';
import { sharedControlPlane } from './shared.ts';
import { createNamespace, eviction, pod, uniqueName } from './workload.ts';

const skip = skipUnless(available());

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
