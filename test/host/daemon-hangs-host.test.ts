import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { keptPod } from './kept-pod.ts';
import { statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const dropIn = '/etc/systemd/system/kured-host.service.d/50-test.conf';

describe('a daemon in the middle of a drain', { skip, timeout: 600_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('that hangs is ended by the watchdog, started again, and goes on with the same claim', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'forky', booted: false });
    node.put(dropIn, '[Service]\nWatchdogSec=2s\nTimeoutAbortSec=1s\nRestartSec=1s\n');
    await node.boot();
    const kept = await draining(cluster, node);
    const claim = await claimOf(nodes);
    const pid = await node.show('kured-host', 'MainPID');
    await node.systemctl('kill', '--signal=STOP', '--kill-whom=main', 'kured-host');
    await node.sees('the restart', ['systemctl', 'show', '--property=NRestarts', 'kured-host'], /NRestarts=1/);
    assert.match(await node.journal('--unit=kured-host'), /Failed with result 'watchdog'/);
    await statusText(node, /disruption budget/);
    assert.notEqual(await node.show('kured-host', 'MainPID'), pid);
    assert.equal(await claimOf(nodes), claim);
    await kept.mayGo();
    await nodes.rebooted(node, 2);
    assert.deepEqual(breaches(await nodes.history(), 1, { account: nodes.pool.account }), []);
    assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
  });

  it('that is suspended goes on where it was, with what happened meanwhile', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'bookworm', booted: false });
    node.put(dropIn, '[Service]\nWatchdogSec=0\n');
    await node.boot();
    const kept = await draining(cluster, node);
    const pid = await node.show('kured-host', 'MainPID');
    await node.systemctl('kill', '--signal=STOP', '--kill-whom=main', 'kured-host');
    // What its watches would have told it meanwhile: the API server has closed them when it wakes.
    await kept.mayGo();
    await node.sh('sleep 15');
    assert.equal((await fencesOf(nodes))[node.name], undefined);
    await node.systemctl('kill', '--signal=CONT', '--kill-whom=main', 'kured-host');
    await nodes.rebooted(node, 2);
    const ended = await node.journal('--boot=-1', '-t', 'kured-host', '-o', 'json', '--output-fields=_PID');
    assert.deepEqual([...new Set(ended.match(/(?<="_PID":")\d+/g))], [pid], 'one process, from boot to reboot');
    assert.deepEqual(await fencesOf(nodes), { [node.name]: 1 });
  });

  it('whose clock is set back by a day goes on, and is sure of the cluster again when the clock is right', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie', packages: ['faketime'], booted: false });
    const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
    const fake = `LD_PRELOAD=${library} FAKETIME_TIMESTAMP_FILE=/etc/clock FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1`;
    node.put(dropIn, `[Service]\nEnvironment=${fake} FAKETIME_DONT_FAKE_MONOTONIC=1\n`);
    node.put('/etc/clock', '+0\n');
    await node.boot();
    const kept = await draining(cluster, node);
    const pid = await node.show('kured-host', 'MainPID');
    node.put('/etc/clock', '-1d\n');
    await kept.mayGo();
    await node.awaitBoot(2);
    // By this clock nothing that the cluster signed holds yet: waited for, and said.
    await statusText(node, /^starting: the API server .* cannot be reached: its certificate is not valid yet$/);
    node.put('/etc/clock', '+0\n');
    await nodes.rebooted(node, 2);
    const ended = await node.journal('--boot=-1', '-t', 'kured-host', '-o', 'json', '--output-fields=_PID');
    assert.deepEqual([...new Set(ended.match(/(?<="_PID":")\d+/g))], [pid], 'one process, from boot to reboot');
    assert.deepEqual(await fencesOf(nodes), { [node.name]: 1 });
  });
});

async function draining(cluster: ClusterAccess, node: Guest): Promise<{ mayGo(): Promise<void> }> {
  const kept = await keptPod(cluster, node.name);
  node.put('/run/reboot-required', '');
  await statusText(node, /disruption budget \(kept\) allows no eviction now/);
  return kept;
}

async function claimOf({ pool }: GuestPool): Promise<string> {
  const holders = (await pool.lease).metadata.annotations?.['kured-host/holders'] ?? '[]';
  const [holder] = JSON.parse(holders) as { claim: string }[];
  return holder?.claim ?? '';
}

async function fencesOf(nodes: GuestPool): Promise<Readonly<Record<string, number>>> {
  return fences(await nodes.history());
}
