import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle, command, Pool } from './pool.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

const preflight = (machine: Machine) => machine.run([...command, 'preflight']);
const status = async (machine: Machine) => (await machine.run([...command, 'status'])).stdout;

describe('the identity of a kubelet, with the rights of the manifest alone', { skip, timeout: 120_000 }, () => {
  it('preflight finds everything ok, and changes nothing', async () => {
    await using cluster = await sharedControlPlane();
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    await machine.kubelet?.awaitReported(true);
    const before = (await cluster.admin.get(pool.leasePath)).metadata.resourceVersion;
    const { code, stdout } = await preflight(machine);
    assert.equal(code, 0, stdout);
    assert.deepEqual(
      stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok ')),
      [],
    );
    assert.equal((await cluster.admin.get(pool.leasePath)).metadata.resourceVersion, before);
  });

  it('names the grant that was taken away, waits with its words, and goes on when it is given back', async () => {
    await using cluster = await sharedControlPlane();
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    await machine.kubelet?.awaitReported(true);
    const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${pool.namespace}/rolebindings`;
    const all = await cluster.admin.get<
      { items: { metadata: { name: string }; subjects: { kind: string }[] }[] } & { metadata: object }
    >(bindings);
    const ofLease = all.items.find(({ subjects }) => subjects[0]?.kind === 'ServiceAccount');
    const path = `${bindings}/${ofLease?.metadata.name}`;
    const binding = await cluster.admin.get(path);
    await cluster.admin.delete(path);
    const { code, stdout } = await preflight(machine);
    assert.equal(code, 77, stdout);
    assert.match(stdout, /^missing .*Lease/m);
    machine.requireReboot();
    await machine.awaitLog(/refused to read the Lease/);
    assert.match(await status(machine), /refused to read the Lease/);
    await cluster.admin.post(bindings, {
      ...binding,
      metadata: { name: ofLease?.metadata.name, namespace: pool.namespace },
    });
    await pool.rebooted(machine);
    assert.equal(machine.boots, 2);
  });
});
