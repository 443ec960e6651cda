/** Where nothing of the machine runs yet, and where it does not run any more. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { startKubelet } from '../cluster/kubelet.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests, type Suite } from './available.ts';
import { putCredentials } from './credentials.ts';
import { makeGuest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { apt, install, installation, knowRepository, seesRepository, versions } from './installation.ts';
import { packagedLayer } from './packaged.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

describe('the deb in an image, and while the machine goes down', { skip, timeout: 900_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const suite of eachSuite)
    it(`an image of Debian ${suite} made in a chroot starts it with its first boot, and it goes on by itself once the node has joined`, async () => {
      await using nodes = await GuestPool.open(cluster);
      await using guest = await makeGuest({ suite, name: uniqueName('image'), layers: [await packagedLayer(suite)] });
      guest.put('/etc/kured-host/config.d/50-test.yaml', nodes.settings);
      await guest.boot();
      await guest.logs(/no kubeconfig of a kubelet was found/);
      const first = await installation(guest);
      assert.deepEqual([first.enabled, first.active, first.starts], ['enabled', 'active', 1]);

      await using _kubelet = startKubelet(cluster, {
        node: guest.name,
        kubeconfig: await cluster.nodeKubeconfig(guest.name),
      });
      await putCredentials(guest, cluster);
      await guest.logs(/no reboot is needed/);
      assert.deepEqual(await installation(guest), first);
    });

  it('an image made from outside, without a chroot, has it enabled as well, and nothing of the machine that makes it is touched', async () => {
    await using guest = await makeGuest({ suite: 'trixie', name: uniqueName('outside'), ...(await seesRepository()) });
    await guest.boot();
    const shown = await guest.sh(
      `mkdir -p /srv/image/var/lib/dpkg /srv/image/etc
       touch /srv/image/var/lib/dpkg/status
       dpkg --root=/srv/image --force-script-chrootless --force-depends -i /srv/repository/apt/pool/kured-host_${(await versions()).newer}_*.deb 2>&1`,
      { milliseconds: 120_000 },
    );
    const wants = '/etc/systemd/system/multi-user.target.wants/kured-host.service';
    assert.equal(await guest.must(['readlink', `/srv/image${wants}`]), '/usr/lib/systemd/system/kured-host.service\n');
    assert.match(await guest.must(['cat', '/srv/image/etc/group']), /^kured-host:/m);
    assert.doesNotMatch(shown, /error|fail/i);
    const here = await guest.run(['sh', '-c', `ls ${wants}; getent group kured-host; ls /run/kured-host*`]);
    assert.equal(here.stdout, '');
    const out = await guest.must(['dpkg', '--root=/srv/image', '--force-script-chrootless', '--purge', 'kured-host']);
    assert.doesNotMatch(out, /error|fail/i);
    assert.equal((await guest.run(['ls', `/srv/image${wants}`])).stdout, '');
  });

  for (const suite of eachSuite)
    it(`an upgrade on Debian ${suite} while the machine goes down is finished, and the new version starts with the next boot, once`, async () => {
      await upgradeOnTheWayDown(suite);
    });
});

/** A unit that is stopped before the service, and stops only when the upgrade is through, keeps both on the way down until then. */
async function upgradeOnTheWayDown(suite: Suite): Promise<void> {
  const { older, newer } = await versions();
  await using guest = await makeGuest({ suite, name: uniqueName('down'), ...(await seesRepository()) });
  await guest.boot();
  await knowRepository(guest);
  await install(guest, older);
  const wait = 'while [ ! -e /run/upgraded ]; do sleep 0.1; done';
  const slow = `[Unit]\nAfter=kured-host.service\n[Service]\nExecStart=/bin/sleep infinity\nExecStop=/bin/sh -c '${wait}'\nTimeoutStopSec=120\n`;
  guest.put('/run/systemd/system/slow.service', slow);
  await guest.sh('systemctl daemon-reload; systemctl start slow; systemctl --no-block reboot');
  await guest.sees('the way down', ['systemctl', 'is-system-running'], /^stopping/);
  const before = await installation(guest);
  assert.equal(before.active, 'active');
  const shown = await apt(guest, 'install', `kured-host=${newer}`);
  assert.doesNotMatch(shown, /destructive|fail/i);
  assert.deepEqual(await installation(guest), { ...before, version: newer });
  await guest.must(['touch', '/run/upgraded']);
  await guest.awaitBoot(2);
  assert.deepEqual(await installation(guest), {
    version: newer,
    enabled: 'enabled',
    active: 'active',
    starts: before.starts + 1,
  });
}
