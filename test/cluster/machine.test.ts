import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { available, skipUnless } from './available.ts';
import { startControlPlane } from './control-plane.ts';
import { makeMachine, rebootCommand } from './machine.ts';
import { canMakeMachines } from './machine-namespace.ts';
import type { KubernetesObject } from './rest.ts';
import { uniqueName } from './workload.ts';

const skip = skipUnless(canMakeMachines());

/** Says what it sees, and then does nothing until it is ended. */
const observer = [
  'sh',
  '-c',
  'echo boot $(cat /proc/sys/kernel/random/boot_id) on $(uname -n); trap "echo ended; exit 3" TERM; while :; do sleep 1 & wait $!; done',
];

const seenBoot = /^boot (\S+) on (\S+)$/m;

describe('a machine', { skip, concurrency: true, timeout: 60_000 }, () => {
  it('has a boot ID of its own, and another after each reboot', async () => {
    await using one = makeMachine({ name: 'one', service: observer });
    await using two = makeMachine({ name: 'two', service: observer });
    await Promise.all([one.boot(), two.boot()]);
    const ids = new Set([readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()]);
    for (const machine of [one, two]) {
      const [, id = '', name] = await machine.awaitLog(seenBoot);
      assert.deepEqual([id, name], [machine.bootId, machine.name]);
      ids.add(id);
    }
    await one.reboot();
    const [, again = ''] = await one.awaitLog(seenBoot);
    ids.add(again);
    assert.equal(ids.size, 4);
    assert.match(one.log(1), /ended/);
    assert.equal(one.boots, 2);
  });

  it('keeps its disk and loses /run over a reboot, and shares neither', async () => {
    await using one = makeMachine({ name: 'one' });
    await using two = makeMachine({ name: 'two' });
    await Promise.all([one.boot(), two.boot()]);
    const files = [
      '/run/reboot-required',
      '/run/reboot-required.pkgs',
      '/var/lib/kured-host/memory',
      '/etc/kured-host/config.yaml',
    ];
    const onHost = files.map((file) => existsSync(file));
    one.requireReboot(['linux-image']);
    for (const file of files.slice(2)) writeFileSync(one.folders.hostPath(file), 'mine');
    const present = async (machine: typeof one): Promise<boolean[]> =>
      Promise.all(files.map(async (file) => (await machine.run(['test', '-e', file])).code === 0));
    assert.deepEqual(await present(one), [true, true, true, true]);
    assert.deepEqual(await present(two), [false, false, false, false]);
    assert.deepEqual(
      files.map((file) => existsSync(file)),
      onHost,
    );
    await one.reboot();
    assert.deepEqual(await present(one), [false, false, true, true]);
    const ids = await Promise.all([one, two].map((machine) => machine.run(['cat', '/etc/machine-id'])));
    assert.notEqual(ids[0]?.stdout, ids[1]?.stdout);
  });

  it('begins its uptime at its boot', async () => {
    await using machine = makeMachine({ name: 'young' });
    await machine.boot();
    const { stdout } = await machine.run(['cat', '/proc/uptime']);
    assert.ok(Number(stdout.split(' ')[0]) < 60, stdout);
  });

  it('reboots when the reboot command is run, once for each boot, or not when told so', async () => {
    await using obedient = makeMachine({ name: 'obedient' });
    await using deaf = makeMachine({ name: 'deaf', onRebootAsked: (nth) => (nth === 1 ? 'nothing' : 'reboot') });
    await Promise.all([obedient.boot(), deaf.boot()]);
    await obedient.run(['sh', '-c', `${rebootCommand}; ${rebootCommand}`]);
    await obedient.awaitRebootAsked(1);
    await obedient.awaitBoot(2);
    await obedient.run(['true']);
    assert.equal(obedient.boots, 2);

    assert.equal((await deaf.run([rebootCommand])).code, 0);
    await deaf.awaitRebootAsked(1);
    assert.equal(deaf.boots, 1);
    await deaf.run([rebootCommand]);
    await deaf.awaitBoot(2);
  });

  it('loses its service alone, or everything at once', async () => {
    await using machine = makeMachine({ name: 'victim', service: observer });
    await machine.boot();
    const bystander = machine.run(['sleep', '60']);
    await machine.awaitLog(seenBoot);
    const { bootId } = machine;
    await machine.killService();
    assert.equal((await machine.run(['true'])).code, 0);
    assert.doesNotMatch(machine.log(), /ended/);
    await machine.startService();
    await machine.awaitLog(/boot .*\nboot /);
    assert.equal((await machine.stopService()).code, 3);
    await machine.startService();
    const pid = machine.service?.pid ?? 0;
    await machine.powerCut();
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    assert.notEqual((await bystander).code, 0);
    await machine.boot();
    assert.notEqual(machine.bootId, bootId);
  });

  it('reports its boot ID as a Node that is Ready again after a reboot', {
    skip: skipUnless(available()),
  }, async () => {
    await using cluster = await startControlPlane();
    const name = uniqueName('m');
    await using machine = makeMachine({ name, kubelet: { cluster, kubeconfig: await cluster.nodeKubeconfig(name) } });
    await machine.boot();
    for (const reboot of [true, false]) {
      await machine.kubelet?.awaitReported(true);
      const node = await cluster.admin.get<KubernetesObject & { status: { nodeInfo: { bootID: string } } }>(
        `/api/v1/nodes/${name}`,
      );
      assert.equal(node.status.nodeInfo.bootID, machine.bootId);
      if (reboot) await machine.reboot();
    }
  });
});
