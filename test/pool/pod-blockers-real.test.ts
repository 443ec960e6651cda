import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, pod } from '../cluster/workload.ts';
import { canRunBundle, command, Pool } from './pool.ts';
import { podThatStays, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());
const settings = 'blockers: {pods: [{selector: "app in (backup)"}]}';

describe('pods against a reboot on a real cluster', { skip, timeout: 180_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('one that comes after the claim ends the drain; while it is there nothing is claimed; when it is gone the node reboots', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ settings });
    const letGo = await podThatStays({ cluster, machine });
    machine.requireReboot();
    await machine.awaitLog(/"pod-evicted"/);
    const namespace = await createNamespace(cluster, 'backup');
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const backup = pod({ name: 'nightly', namespace, node: machine.name, labels: { app: 'backup' } });
    await cluster.admin.post(path, backup);
    await machine.awaitLog(/"restored"/);
    const status = await statusOf(machine);
    assert.equal(status.phase, 'waiting');
    assert.match(status.sentence, new RegExp(`1 pod\\(s\\) on this node are against a reboot: ${namespace}/nightly`));
    assert.equal((await pool.lease).spec?.holderIdentity ?? '', '');
    assert.equal(machine.rebootsAsked, 0);
    const left = await cluster.admin.get(`${path}/nightly`);
    assert.equal(left.metadata.deletionTimestamp, undefined, 'it was not evicted');
    const checked = await machine.run([...command, 'check', '--json']);
    assert.equal(checked.code, 1);
    assert.deepEqual(
      JSON.parse(checked.stdout).reasons.map(({ code }: { code: string }) => code),
      ['pods-block'],
    );
    await letGo();
    await machine.run([...command, 'retry']);
    await machine.awaitLog(/"reason-changed"[^\n]*pods-block/);
    await cluster.admin.delete(`${path}/nightly`);
    await pool.rebooted(machine);
    assert.equal(machine.rebootsAsked, 1);
  });
});
