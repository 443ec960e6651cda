import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { writesBy } from '../observer/from-audit.ts';
import { canRunBundle, Pool } from './pool.ts';
import { awaitLogAfter, logMark, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('`mode: observe` on a real cluster', { skip, timeout: 180_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('writes the status of its own Node and nothing else, and a reload makes it take its turn', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ settings: 'mode: observe' });
    const lease = await pool.lease;
    machine.requireReboot();
    await machine.awaitLog(/"reason":"would-reboot"/);
    const { observes, sentence, phase } = await statusOf(machine);
    assert.deepEqual([observes, phase], [true, 'waiting']);
    assert.match(sentence, /^observes only: reboot needed: it would claim .* now, drain this node and reboot it$/);
    await cluster.admin.until(
      `/api/v1/nodes/${machine.name}`,
      'the condition to say so',
      (node) => JSON.stringify(node ?? {}).includes('"reason":"WouldReboot"'),
      60_000,
    );
    assert.deepEqual([...new Set(await writesBy(pool, machine))], ['patch nodes/status']);
    assert.deepEqual(await pool.lease, lease);
    assert.equal(machine.rebootsAsked, 0);

    const mark = logMark(machine);
    const kubeconfig = await cluster.nodeKubeconfig(machine.name);
    writeFileSync(machine.folders.hostPath('/etc/kured-host/config.yaml'), pool.config(kubeconfig));
    machine.service?.kill('SIGHUP');
    await awaitLogAfter(machine, mark, /"event":"claimed"/);
    await pool.rebooted(machine);
    assert.equal(machine.rebootsAsked, 1);
  });
});
