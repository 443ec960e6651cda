/** Every way to reboot that is not logind's plain one, on a real systemd: proven where it can be, and refused in words where it cannot. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests, suites } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { holdInhibitor, statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const sentinel = '/run/reboot-required';
const dropIn = '/etc/kured-host/config.d/60-method.yaml';

describe('ways to reboot', { skip, timeout: 300_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const suite of ['trixie', 'forky'] as const)
    it(`systemd ${suites[suite]} reboots softly, once for one need, and the kubelet of before proves nothing`, async () => {
      await using nodes = await GuestPool.open(cluster);
      const settings = 'logLevel: debug\nreboot: {method: soft-reboot}\n';
      const node = await nodes.add({ suite, settings, kubelet: { heartbeat: '1s' } });
      const kubelet = await holdInhibitor(node, 'delay', 'kubelet', 'Kubelet needs time to handle node shutdown');
      need(node, 'libc6');
      await statusText(node, /logind waits for delay inhibitors: kubelet/);
      await node.kubelet?.silent(true);
      await kubelet.release();
      await statusText(node, /the kubelet has not reported since the soft reboot: its last Ready is of/);
      const silent = await nodes.cluster.admin.get<NodeObject>(`/api/v1/nodes/${node.name}`);
      assert.equal(silent.spec?.unschedulable, true);

      await node.logs(/recovery goes on by row 10 of its table/);
      await node.kubelet?.silent(false);
      await softly(nodes, node, 1);
      await statusText(node, /the need \(.*libc6\) was already met by a reboot and is still there/);
      assert.ok(existsSync(node.path(sentinel)), 'the sentinel outlives a soft reboot');
      need(node, 'openssl');
      await softly(nodes, node, 2);
      assert.deepEqual(fences(await nodes.history()), { [node.name]: 2 });
      assert.equal(node.boots, 1);
    });

  it(`systemd ${suites.bookworm} refuses a soft reboot that it could not prove, and kexec without a kernel; a signal reboots`, async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'bookworm', settings: 'reboot: {method: soft-reboot}\n' });
    need(node, 'libc6');
    const why = 'a soft reboot keeps the boot ID, and this systemd does not count them \\(256 and newer do\\)';
    await statusText(node, new RegExp(`this machine cannot be rebooted by reboot.method soft-reboot: ${why}`));
    const { code, stdout } = await node.run(['kured-host', 'check']);
    assert.deepEqual([code, /reboot.method soft-reboot/.test(stdout)], [1, true], stdout);

    node.put(dropIn, 'reboot: {method: kexec}\n');
    await node.systemctl('reload', 'kured-host');
    await statusText(node, /this machine cannot be rebooted by reboot.method kexec: .*kernel is loaded/);
    assert.equal((await nodes.pool.lease).metadata.annotations?.['kured-host/holders'], undefined);

    // So quickly that the reload's own job may be cancelled by it.
    node.put(dropIn, 'reboot: {method: signal}\n');
    await node.systemctl('reload', '--no-block', 'kured-host');
    await nodes.rebooted(node, 2);
    assert.match(await node.journal('--unit=kured-host'), /method=signal/);
    assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
  });
});

interface NodeObject extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
}

function need(node: Guest, reason: string): void {
  node.put(`${sentinel}.pkgs`, `${reason}\n`);
  node.put(sentinel, '');
}

/** Resolves when the Node is uncordoned and without a mark after its soft reboot of that number. */
async function softly(nodes: GuestPool, node: Guest, count: number): Promise<void> {
  await nodes.cluster.admin.until(
    `/api/v1/nodes/${node.name}`,
    `${node.name} to be restored after soft reboot ${count}`,
    (object) => {
      const { annotations = {} } = object?.metadata ?? {};
      const handled = annotations['kured-host/handled'] ?? '';
      return annotations['kured-host/claim'] === undefined && handled.includes(`"${node.bootId}/${count}"`);
    },
    60_000,
  );
  assert.equal(await node.systemctl('show', '--value', '--property=SoftRebootsCount'), `${count}\n`);
}
