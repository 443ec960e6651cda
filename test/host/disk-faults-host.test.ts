/** What the unit makes of disks that are late, full, read-only, or without the program. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canMakeGuests, type Suite } from './available.ts';
import { type Guest, makeGuest } from './guest.ts';
import { eachSuite } from './guest-pool.ts';
import { packagedLayer } from './packaged.ts';

const skip = skipUnless(canMakeGuests());
const node = '/usr/libexec/kured-host/node';
const state = '/var/lib/kured-host';
const waits = /^waiting: no kubeconfig of a kubelet was found/;

for (const suite of eachSuite)
  describe(`the service on Debian ${suite}`, { skip, timeout: 900_000 }, () => {
    it('comes back by itself when its program does', async () => {
      await using guest = await machine(suite);
      await guest.boot();
      await guest.sh(`mv ${node} ${node}.away; systemctl kill --signal=KILL kured-host`);
      await guest.sees('the cause', ['systemctl', 'status', 'kured-host'], /status=203\/EXEC/);
      await guest.sh(`mv ${node}.away ${node}`);
      await runs(guest);
    });

    it('starts where its state does not fit on the disk', async () => {
      await using guest = await machine(suite);
      await guest.boot();
      await guest.sh(`systemctl stop kured-host; ${full(state)}`);
      await guest.systemctl('start', 'kured-host');
      await runs(guest);
    });

    it(`starts where not even an empty folder fits on the disk${suite === 'bookworm' ? ', as soon as one does' : ''}`, async () => {
      await using guest = await machine(suite);
      await guest.boot();
      await guest.sh(
        `systemctl stop kured-host; ${full('/var/tmp')}; ${full('/tmp')}; systemctl --no-block start kured-host`,
      );
      // systemd 252 has no way round the folders of PrivateTmp=.
      if (suite === 'bookworm') {
        await guest.sees('the cause', ['systemctl', 'status', 'kured-host'], /status=226\/NAMESPACE/);
        await guest.sh('umount /var/tmp /tmp');
      }
      await runs(guest);
    });

    it('starts where nothing can be written', async () => {
      await using guest = await machine(suite);
      await guest.boot();
      await guest.sh(
        'systemctl stop kured-host; mount --bind /var /var; mount -o remount,bind,ro /var; ! touch /var/more',
      );
      await guest.systemctl('start', 'kured-host');
      await runs(guest);
    });

    it('waits for a disk of its state that is mounted late', async () => {
      await using guest = await machine(suite);
      const unit = '/etc/systemd/system/var-lib-kured\\x2dhost.mount';
      guest.put(unit, `[Unit]\nAfter=late.service\n[Mount]\nWhat=tmpfs\nType=tmpfs\nWhere=${state}\n`);
      const late =
        '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sleep 2\n[Install]\nWantedBy=multi-user.target\n';
      guest.put('/etc/systemd/system/late.service', late);
      await guest.boot();
      await runs(guest);
      assert.match(await guest.must(['findmnt', '--noheadings', '--output=FSTYPE', state]), /^tmpfs$/m);
    });
  });

async function machine(suite: Suite): Promise<Guest> {
  return await makeGuest({ suite, name: uniqueName('disk'), layers: [await packagedLayer(suite)] });
}

/** Lays a disk over the place that has no room for anything. */
function full(place: string): string {
  return `mount -t tmpfs -o size=4k,nr_inodes=1 full ${place}; ! mkdir ${place}/more`;
}

/** It has started, and says what it waits for: the node has not joined a cluster. */
async function runs(guest: Guest): Promise<void> {
  const say = ['systemctl', 'show', '--value', '--property=StatusText', 'kured-host'];
  await guest.sees('the service to say what it waits for', say, waits);
  assert.equal(await guest.show('kured-host', 'ActiveState'), 'active');
}
