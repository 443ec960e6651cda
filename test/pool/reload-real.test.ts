import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, pod } from '../cluster/workload.ts';
import { canRunBundle, command, Pool } from './pool.ts';

const file = '/etc/kured-host/config.yaml';
const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('the configuration of a service that runs', { skip, timeout: 120_000, concurrency: 2 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('is read by SIGHUP in the middle of a drain: a mistake changes nothing, another pool waits, a timeout counts', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    const namespace = await createNamespace(cluster, 'work');
    const finalizers = ['example.com/keep'];
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await cluster.admin.post(pods, pod({ name: 'slow', namespace, node: machine.name, finalizers }));
    machine.requireReboot();
    await machine.awaitLog(/slow/);
    const config = readFileSync(machine.folders.hostPath(file), 'utf8');

    reload(machine, `${config}drain: {timout: 1s}\n`);
    await machine.awaitLog(/"config-refused"/);
    assert.match(
      await status(machine),
      /^config +the files on disk were refused.*config\.yaml:\d+:\d+: the key "drain\.timout" is not known; did you mean/m,
    );

    reload(machine, config.replace('name: kured-host', 'name: kured-host-other'));
    await machine.awaitLog(/"config-waits"/);
    const waiting = await status(machine);
    assert.match(waiting, /^phase +draining /m);
    assert.match(waiting, /^config +new lease: taken when the Lease was released$/m);

    reload(machine, `${config}drain: {timeout: 1s}\n`);
    await machine.awaitLog(/"restored"/);
    await cluster.admin.patch(`${pods}/slow`, { metadata: { finalizers: null } });
    const after = await status(machine);
    assert.match(after, /the drain did not end within/);
    assert.doesNotMatch(after, /^config /m);
    assert.equal((await pool.lease).spec?.holderIdentity ?? '', '');
    assert.equal(machine.rebootsAsked, 0);
  });

  it('is read by SIGHUP while it waits for credentials, and SIGTERM ends it then', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ kubeconfig: '/etc/kured-host/not-joined.conf' });
    await machine.awaitLog(/not-joined\.conf/);
    reload(machine, pool.config('/etc/kured-host/another.conf'));
    await machine.awaitLog(/another\.conf/);
    machine.service?.kill('SIGTERM');
    assert.equal((await machine.service?.exited)?.code, 0);
  });
});

function reload(machine: Machine, config: string): void {
  writeFileSync(machine.folders.hostPath(file), config);
  machine.service?.kill('SIGHUP');
}

async function status(machine: Machine): Promise<string> {
  return (await machine.run([...command, 'status'])).stdout;
}
