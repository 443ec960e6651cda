import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { available, skipUnless } from './available.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import type { KubernetesObject } from './rest.ts';
import { type Budget, isTrue, nodeWithKubelet, type Pod } from './seen-objects.ts';
import { budget, createNamespace, pod } from './workload.ts';

const skip = skipUnless(available());

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
