import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { holdInhibitor, statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const holders = 'kured-host/holders';

describe('what the daemon works with fails', { skip, timeout: 300_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('logind is away: nothing is claimed; D-Bus was restarted: nothing is lost; both are back: the node is rebooted', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'bookworm' });
    const pid = await node.show('kured-host', 'MainPID');
    await node.systemctl('mask', '--runtime', '--now', 'systemd-logind');
    node.put('/run/reboot-required', '');
    await statusText(
      node,
      /^reboot needed: cannot tell whether (?:a reboot is permitted: logind|systemd is taking the machine down)/,
    );
    assert.equal((await nodes.pool.lease).metadata.annotations?.[holders], undefined);

    await node.systemctl('unmask', '--runtime', 'systemd-logind');
    await node.systemctl('stop', 'dbus.socket', 'dbus.service');
    await statusText(node, /cannot tell whether .*(?:bus|No such file|refused)/);
    await node.systemctl('start', 'dbus.socket', 'dbus.service', 'systemd-logind');
    await node.systemctl('restart', 'dbus');
    assert.equal(await node.show('kured-host', 'MainPID'), pid);
    await nodes.rebooted(node, 2);
    assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
  });

  it('journald stands still and is restarted: the work goes on, and what was not heard is counted', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie' });
    const pid = await node.show('kured-host', 'MainPID');
    await node.systemctl('kill', '--signal=STOP', 'systemd-journald');
    const held = await holdInhibitor(node, 'block', 'backup', 'nightly');
    node.put('/run/reboot-required', '');
    await statusText(node, /backup .* holds a block inhibitor/);
    await fillJournal(node);
    // Each of these is told to a journal that takes nothing any more.
    await node.sh('rm /run/reboot-required');
    await statusText(node, /^no reboot is needed$/);
    node.put('/run/reboot-required', '');
    await statusText(node, /backup .* holds a block inhibitor/);
    await node.systemctl('kill', '--signal=CONT', 'systemd-journald');
    await node.systemctl('restart', 'systemd-journald');
    await held.release();
    await node.logs(/Messages were dropped \(count=\d+, receiver=log\)/);
    await node.logs(/The Lease was claimed/);
    await nodes.rebooted(node, 2);
    const ended = await node.journal('--boot=-1', '-t', 'kured-host', '-o', 'json', '--output-fields=_PID');
    assert.deepEqual([...new Set(ended.match(/(?<="_PID":")\d+/g))], [pid], 'one process, from boot to reboot');
  });

  it('the journal has the fields, the catalogue explains them, and the level changes without a restart', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'forky', settings: 'logLevel: error\n' });
    const pid = await node.show('kured-host', 'MainPID');
    await statusText(node, /^no reboot is needed$/);
    assert.equal(await node.journal('-q', '-t', 'kured-host'), '');
    await node.sh('sed -i s/error/info/ /etc/kured-host/config.d/50-test.yaml');
    await node.systemctl('reload', 'kured-host');
    await holdInhibitor(node, 'block', 'backup', 'nightly');
    node.put('/run/reboot-required', '');
    await node.logs(/The reboot is not permitted now: blocked by inhibitors: backup/);
    await node.must(['journalctl', '--sync']);
    const entries = (await node.journal('-t', 'kured-host', '-o', 'json'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, string>);
    const blocked = entries.find(
      (entry) => entry['KURED_EVENT'] === 'reason-changed' && entry['KURED_REASON'] === 'blocked',
    );
    assert.ok(blocked !== undefined, 'an entry with the reason');
    const { KURED_NODE, KURED_PHASE, MESSAGE_ID, PRIORITY, _SYSTEMD_UNIT, SYSLOG_IDENTIFIER } = blocked;
    assert.deepEqual(
      { KURED_NODE, KURED_PHASE, MESSAGE_ID, PRIORITY, _SYSTEMD_UNIT, SYSLOG_IDENTIFIER },
      {
        KURED_NODE: node.name,
        KURED_PHASE: 'waiting',
        MESSAGE_ID: 'e35e0858a465422f91747ea6797875e4',
        PRIORITY: '6',
        _SYSTEMD_UNIT: 'kured-host.service',
        SYSLOG_IDENTIFIER: 'kured-host',
      },
    );
    const explained = await node.journal('-x', '-t', 'kured-host', `MESSAGE_ID=${MESSAGE_ID}`);
    assert.match(explained, /Subject: The reason changed/);
    assert.match(explained, /What this node waits for, or what it does, is now another thing/);
    assert.equal(await node.show('kured-host', 'MainPID'), pid);
  });
});

/** Until the journal's native socket takes no entry any more: a writer that waits for it. */
async function fillJournal(node: Guest): Promise<void> {
  const one = 'echo MESSAGE=fill | logger --journald';
  await node.sh(`while timeout 1 sh -c "${one}"; do :; done`, { milliseconds: 120_000 });
}
