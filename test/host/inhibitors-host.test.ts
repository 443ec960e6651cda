import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests, suites } from './available.ts';
import type { Guest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { callLogind, giveToUser, holdInhibitor, logsIn, statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

describe('inhibitors of logind', { skip, timeout: 300_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const suite of eachSuite)
    it(`with systemd ${suites[suite]}: a block is waited for, a delay is awaited, and both are named`, async () => {
      await using nodes = await GuestPool.open(cluster);
      const node = await nodes.add({ suite, booted: false });
      logsIn(node);
      await node.boot();

      const backup = await holdInhibitor(node, 'block', 'backup', 'nightly dump');
      node.put('/run/reboot-required', '');
      node.put('/run/reboot-required.pkgs', 'linux-image-6.1\n');
      const blocked = `blocked by inhibitors: backup \\(pid ${backup.pid}\\) holds a block inhibitor: nightly dump`;
      await statusText(node, new RegExp(`^reboot needed: ${blocked}$`));
      assert.equal((await nodes.pool.lease).metadata.annotations?.['kured-host/holders'], undefined);

      await delayAtMost(node, 40);
      const kubelet = await holdInhibitor(node, 'delay', 'kubelet', 'Kubelet needs time to handle node shutdown');
      await backup.release();
      const waits = `logind waits for delay inhibitors: kubelet \\(pid ${kubelet.pid}\\): Kubelet needs time`;
      await statusText(node, new RegExp(waits));
      assert.equal(node.boots, 1);
      await kubelet.release();
      await nodes.rebooted(node, 2);
      // Nothing but the release let it go down: the delay would have held it for 40 s.
      const words = `The node ${node.name} is rebooted by kured-host, because a reboot is needed: linux-image-6.1`;
      assert.ok((await node.journal('--boot=-1', '--unit=systemd-logind')).includes(words), 'in the journal');
      // Newer ones write to the terminals of sessions that PAM told them of, and there is no PAM module for that in this root.
      const console = readFileSync(join(node.disk.folder, 'console.log'), 'utf8');
      if (suite === 'bookworm') assert.ok(console.includes(words), 'on the terminal');

      await delayAtMost(node, 3);
      await holdInhibitor(node, 'delay', 'kubelet', 'never released');
      node.put('/run/reboot-required', '');
      node.put('/run/reboot-required.pkgs', 'libc6\n');
      await nodes.rebooted(node, 3);

      const history = await nodes.history();
      assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
      assert.deepEqual(fences(history), { [node.name]: 2 });
    });

  for (const suite of eachSuite.filter((one) => suites[one] >= 257))
    it(`with systemd ${suites[suite]}: a weak block of a user is waited for before anything is claimed, one of root is not`, async () => {
      await using nodes = await GuestPool.open(cluster);
      const node = await nodes.add({ suite });
      await holdInhibitor(node, 'block-weak', 'backup', 'nightly dump');
      const session = await holdInhibitor(node, 'block-weak', 'session', 'not saved');
      await giveToUser(node, session);

      const asked = await node.run(['busctl', ...callLogind('RebootWithFlags', 't', '1')]);
      assert.match(asked.stderr, /Access denied|active block inhibitor/, 'logind itself refuses, root as well');
      node.put('/run/reboot-required', '');
      const blocked = `blocked by inhibitors: session \\(pid ${session.pid}\\) holds a block-weak inhibitor: not saved`;
      await statusText(node, new RegExp(`^reboot needed: ${blocked}$`));
      assert.equal((await nodes.pool.lease).metadata.annotations?.['kured-host/holders'], undefined);

      await session.release();
      await nodes.rebooted(node, 2);
      const history = await nodes.history();
      assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
      assert.deepEqual(fences(history), { [node.name]: 1 });
    });
});

/** As the kubelet does it: a drop-in, and logind reads again. */
async function delayAtMost(node: Guest, seconds: number): Promise<void> {
  node.put('/etc/systemd/logind.conf.d/99-kubelet.conf', `[Login]\nInhibitDelayMaxSec=${seconds}\n`);
  await node.systemctl('kill', '--signal=HUP', '--kill-whom=main', 'systemd-logind');
  const property = ['get-property', 'org.freedesktop.login1', '/org/freedesktop/login1'];
  const busctl = ['busctl', ...property, 'org.freedesktop.login1.Manager', 'InhibitDelayMaxUSec'];
  await node.sees('the longest delay', busctl, new RegExp(`^t ${seconds}000000$`, 'm'));
}
