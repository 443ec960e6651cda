import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, pod } from '../cluster/workload.ts';
import { canRunBundle, Pool } from './pool.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

interface NodeLike {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>>; readonly name: string };
  readonly spec?: { readonly unschedulable?: boolean };
}

describe('an interruption on a real API server', { skip, timeout: 180_000 }, () => {
  it('SIGKILL in mid-drain: the next start goes on, evicts the rest, and reboots once', async () => {
    await using cluster = await sharedControlPlane();
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    await machine.kubelet?.awaitReported(true);
    const namespace = await createNamespace(cluster, 'work');
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const slow = pod({ name: 'slow', namespace, node: machine.name, finalizers: ['example.com/keep'] });
    await cluster.admin.post(pods, slow);
    machine.requireReboot();
    await machine.awaitLog(/slow/);
    await machine.killService();
    await machine.startService();
    await cluster.admin.patch(`${pods}/slow`, { metadata: { finalizers: null } }, 'merge');
    await pool.rebooted(machine);
    assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
  });

  it('a reboot command that does nothing is tried again within limits, then stuck, cordoned, with the reason on the Node', async () => {
    await using cluster = await sharedControlPlane();
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ onRebootAsked: () => 'nothing', attempts: 1, deadline: '1s' });
    machine.requireReboot();
    const node = await cluster.admin.until<NodeLike>(
      `/api/v1/nodes/${machine.name}`,
      'the Node to say that a person is needed',
      (now) => now?.metadata.annotations?.['kured-host/status']?.includes('needs a person') === true,
      60_000,
    );
    assert.equal(node?.spec?.unschedulable, true);
    assert.equal(machine.rebootsAsked, 1);
    assert.equal(machine.boots, 1);
  });
});
