import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, pod, uniqueName } from '../cluster/workload.ts';
import { historyOf, writesBy } from '../observer/from-audit.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle, Pool } from './pool.ts';
import { grantAll, preflight } from './preflight.ts';
import { controllersAreDone } from './quiet.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('who a node is to the API server', { skip, timeout: 180_000, concurrency: 2 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('preflight finds everything ok with the manifest alone, by reads, reviews and dry runs, and changes nothing', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ serviceAtBoot: false });
    await machine.kubelet?.awaitReported(true);
    const namespace = await createNamespace(cluster, 'work');
    const victim = `/api/v1/namespaces/${namespace}/pods/web`;
    await cluster.admin.post(victim.replace(/\/web$/, ''), pod({ name: 'web', namespace, node: machine.name }));
    // Otherwise its heartbeat would move the Node's resourceVersion.
    await cluster.admin.until(
      `/api/v1/nodes/${machine.name}`,
      'its controllers to be done',
      controllersAreDone,
      30_000,
    );
    await machine.kubelet?.silent(true);
    const paths = [pool.leasePath, `/api/v1/nodes/${machine.name}`];
    const versions = (): Promise<unknown> =>
      Promise.all(paths.map(async (path) => (await cluster.admin.get(path)).metadata.resourceVersion));
    const before = await versions();
    const { code, lines, text } = await preflight(machine);
    assert.equal(code, 0, text);
    // To take over lost claims is a grant of its own, which the manifest alone leaves out.
    const others = lines.filter(({ is }) => is !== 'ok').map(({ is, what }) => `${is} ${what}`);
    assert.deepEqual(others, ['without take over the claim of a machine that was deleted (optional)'], text);
    assert.ok(lines.length >= 15, text);
    assert.deepEqual(await versions(), before);
    assert.equal((await cluster.admin.get(victim)).metadata.deletionTimestamp, undefined);
    assert.deepEqual(await writesBy(pool, machine), []);
  });

  it('an ordinary user with a kubeconfig and a Lease of its own is told everything that is missing; with that a node is rebooted', async () => {
    await using pool = await Pool.bare(cluster, 'reboots');
    const name = uniqueName('node');
    const user = `the robot of O'Hara ${uniqueName('no')}`;
    const kubeconfig = await cluster.kubeconfig({ name: user });
    const credentials = `impersonate: "", nodeName: ${name}`;
    const machine = await pool.add({ name, kubeconfig, credentials, serviceAtBoot: false });
    await machine.kubelet?.awaitReported(true);
    await grantAll(cluster, machine);
    await machine.startService();
    machine.requireReboot(['linux-image']);
    await pool.rebooted(machine);
    const history = await historyOf(pool);
    assert.deepEqual(breaches(history, 1, { account: undefined, nodeOf: (by) => (by === user ? name : null) }), []);
    assert.deepEqual(fences(history), { [name]: 1 });
    const writers = history
      .filter(({ of, holders }) => of === 'lease' && holders.length > 0)
      .map(({ by, as }) => [by, as]);
    assert.ok(writers.length >= 2);
    assert.ok(writers.every(([by, as]) => by === user && as === undefined));
  });

  it('as itself a node cannot write a shared Lease, and is told so instead of a role that would not help', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ credentials: 'impersonate: ""' });
    await machine.kubelet?.awaitReported(true);
    const { code, missing, text } = await preflight(machine);
    assert.equal(code, 77, text);
    assert.deepEqual(
      missing.map(({ what }) => what.split(' ', 3).join(' ')),
      ['read the Lease', 'watch the Lease'],
    );
    for (const { remedy } of missing) assert.match(remedy, /^leave credentials\.impersonate unset/);
    machine.requireReboot();
    await machine.awaitLog(/refused to (read|watch) the Lease/);
    assert.equal(machine.rebootsAsked, 0);
  });
});
