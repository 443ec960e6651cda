import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { free, type LeaseObject } from '../pool/story.ts';
import { window } from '../pool/turns.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { keptPod } from './kept-pod.ts';
import { holdInhibitor, statusText } from './logind.ts';
import { unfenced } from './logind-law.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const minute = 60;

/**
 * A suspend as a process sees it: the wall clock and the time since boot leap, while its monotonic clock and with it every timer stand
 * still. The guests share this machine's clocks, so the service alone is stopped, and shown others.
 */
describe('an hour of suspend', { skip, timeout: 600_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('in a drain: its time is over, so it backs out, and says both', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await sleeper(nodes);
    await draining(cluster, node);
    await suspend(node);
    await node.logs(stoodStill);
    await node.logs(/Backing out: the drain did not end within 30 min/);
    await givenBack(nodes, node);
  });

  it('in a drain without end, whose pod went and whose window closed meanwhile: no reboot on the old permission', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await sleeper(nodes, `drain: {timeout: 0s}\n${window(-60 * minute, 30 * minute)}\n`);
    const kept = await draining(cluster, node);
    await suspend(node, () => kept.mayGo());
    await node.logs(stoodStill);
    await statusText(node, /outside the maintenance windows; the next one opens/);
    await givenBack(nodes, node);
  });

  it('in the queue, whose window closed meanwhile: it gives its place up', async () => {
    await using nodes = await GuestPool.open(cluster);
    const first = await nodes.add({ suite: 'trixie' });
    const node = await sleeper(nodes, `${window(-60 * minute, 30 * minute)}\n`);
    const kept = await draining(cluster, first);
    node.put('/run/reboot-required', '');
    await statusText(node, new RegExp(`waiting for ${first.name}, draining`));
    await suspend(node);
    await node.logs(stoodStill);
    await statusText(node, /outside the maintenance windows; the next one opens/);
    await kept.mayGo();
    await nodes.rebooted(first, 2);
    await givenBack(nodes, node, { [first.name]: 1 });
  });

  it('while it waited for a window that opened meanwhile: it goes on at once, not when a timer of before is over', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await sleeper(nodes, `${window(30 * minute, 180 * minute)}\n`);
    node.put('/run/reboot-required', '');
    await statusText(node, /outside the maintenance windows; the next one opens/);
    await suspend(node);
    await node.awaitBoot(2);
    assert.match(await node.journal('--boot=-1', '-t', 'kured-host'), stoodStill);
    assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
    assert.deepEqual(breaches(await nodes.history(), 1, { account: nodes.pool.account }), []);
  });

  it('between the request for the reboot and its end: it waits for that reboot, and asks for no other', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await sleeper(nodes, '', '[Login]\nInhibitDelayMaxSec=5min\n');
    const lock = await holdInhibitor(node, 'delay', 'agent', 'hands over its work');
    node.put('/run/reboot-required', '');
    await statusText(node, /logind waits for delay inhibitors: agent/);
    await suspend(node);
    await node.logs(stoodStill);
    await statusText(node, /logind waits for delay inhibitors: agent/);
    await lock.release();
    await nodes.rebooted(node, 2);
    assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
    assert.deepEqual(unfenced(await nodes.history(), nodes.guests), []);
  });
});

const stoodStill = /This service stood still: for (59|60) min \(the machine was asleep/;

/** A guest whose service can be suspended; its watchdog is as quick as the test. */
async function sleeper(nodes: GuestPool, settings = '', logind = ''): Promise<Guest> {
  const node = await nodes.add({ suite: 'trixie', packages: ['faketime'], settings, booted: false });
  const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
  const fake = `LD_PRELOAD=${library} FAKETIME_TIMESTAMP_FILE=/etc/clock FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1`;
  const lines = [`Environment=${fake} FAKETIME_DONT_FAKE_MONOTONIC=1`, 'BindReadOnlyPaths=/etc/uptime:/proc/uptime'];
  node.put(
    '/etc/systemd/system/kured-host.service.d/50-test.conf',
    `[Service]\n${lines.join('\n')}\nWatchdogSec=10s\n`,
  );
  node.put('/etc/clock', '+0\n');
  node.put('/etc/uptime', '10000.00 10000.00\n');
  if (logind !== '') node.put('/etc/systemd/logind.conf.d/50-test.conf', logind);
  await node.boot();
  return node;
}

/** Stops the service, lets an hour pass by the clocks that go on while a machine sleeps, and lets it run again. */
async function suspend(node: Guest, meanwhile = async (): Promise<void> => undefined): Promise<void> {
  await node.systemctl('kill', '--signal=STOP', '--kill-whom=main', 'kured-host');
  await meanwhile();
  // In place: what is mounted is this file, and not its name.
  await node.sh('echo +3600 >/etc/clock; echo 13600.00 13600.00 >/etc/uptime');
  await node.systemctl('kill', '--signal=CONT', '--kill-whom=main', 'kured-host');
}

async function draining(cluster: ClusterAccess, node: Guest): Promise<{ mayGo(): Promise<void> }> {
  const kept = await keptPod(cluster, node.name);
  node.put('/run/reboot-required', '');
  await statusText(node, /disruption budget \(kept\) allows no eviction now/);
  return kept;
}

/** Uncordoned, released, never rebooted, by one process that its watchdog left alone. */
async function givenBack(nodes: GuestPool, node: Guest, fenced: Readonly<Record<string, number>> = {}): Promise<void> {
  const { admin } = nodes.cluster;
  await admin.until<LeaseObject>(nodes.pool.leasePath, 'it to be free', free, 60_000);
  const { metadata, spec } = await admin.get<LeaseObject & { readonly spec?: { readonly unschedulable?: boolean } }>(
    `/api/v1/nodes/${node.name}`,
  );
  assert.deepEqual([metadata.annotations?.['kured-host/claim'], spec?.unschedulable ?? false], [undefined, false]);
  assert.deepEqual([node.boots, await node.show('kured-host', 'NRestarts')], [1, '0']);
  const history = await nodes.history();
  assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
  assert.deepEqual(fences(history), fenced);
}
