import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const file = '/etc/kured-host/config.d/60-windows.yaml';
/** Closed all year, or nearly. */
const closed = 'maintenance: {windows: [{cron: "0 3 29 2 *", duration: 1h, timeZone: Local}]}\n';
/** Holds dpkg's locks as long as its standard input is open. */
const dpkg = 'tail -f /dev/null | dpkg --set-selections';
const hasLock = 'until ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q lock-frontend; do sleep 0.1; done';

describe('permission in a guest with the package, under its own sandbox', { skip, timeout: 300_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it("a window by the machine's own clock, and dpkg at work, each keep it from the reboot and say so", async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ booted: false });
    node.put(file, closed);
    await node.boot();
    await node.must(['ln', '-sfn', '/usr/share/zoneinfo/Asia/Tokyo', '/etc/localtime']);
    node.put('/run/reboot-required', '');
    await statusText(node, /outside the maintenance windows; the next one opens ... \d{4}-02-29 03:00 Asia\/Tokyo/);
    await node.must(['ln', '-sfn', '/usr/share/zoneinfo/America/New_York', '/etc/localtime']);
    await node.must(['systemctl', 'reload', 'kured-host']);
    await statusText(node, /the next one opens ... \d{4}-02-29 03:00 America\/New_York/);
    assert.deepEqual(await checked(node, 1), ['window-closed']);

    await node.must(['systemd-run', '--unit=holds-dpkg', 'sh', '-c', dpkg]);
    await node.must(['sh', '-c', hasLock]);
    node.put(file, 'maintenance: {windows: [{start: 0:00}]}\n');
    await node.must(['systemctl', 'reload', 'kured-host']);
    await statusText(node, /packages are being changed: \/var\/lib\/dpkg\/lock/);
    assert.match((await checked(node, 1)).join(), /^packages-changing/);

    await node.must(['systemctl', 'stop', 'holds-dpkg']);
    await nodes.rebooted(node, 2);
    assert.deepEqual(await checked(node, 0), []);
  });
});

/** The codes of the reasons that `kured-host check` gives. */
async function checked(node: Guest, code: number): Promise<readonly string[]> {
  const { code: ended, stdout } = await node.run(['kured-host', 'check', '--json']);
  assert.equal(ended, code, stdout);
  return JSON.parse(stdout).reasons.map((it: { code: string }) => it.code);
}
