import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import { GuestPool } from './guest-pool.ts';
import { logsIn, statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

const command = '/usr/local/sbin/array-clean';
const settings = `blockers:
  users: {wait: forever}
  commands: {command: [${command}, md0], period: 5s}
`;
/** Outside the sandbox: inside of it nothing could be written there. */
const busy = '#!/bin/sh\ntouch /usr/local/ran\necho "$1 is rebuilt"\nexit 1\n';

describe('who is logged in, by logind and PAM, and a command of the admin', { skip, timeout: 300_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('keep the machine up, both named; then people are told on their terminals, and waited for until they log out', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie', packages: ['libpam-systemd'], settings, booted: false });
    logsIn(node);
    node.put(command, busy, 0o755);
    await node.boot();
    await node.sees('the session', ['loginctl', '--no-legend', 'list-sessions'], /root/);
    node.put('/run/reboot-required', '');
    await statusText(node, /against a reboot: md0 is rebuilt|session\(s\) of people are open/);
    const why = await node.sees('both reasons', ['kured-host', 'why'], /md0 is rebuilt[\s\S]*session/);
    assert.match(why, /the command \/usr\/local\/sbin\/array-clean md0 is against a reboot: md0 is rebuilt/);
    assert.match(why, /1 session\(s\) of people are open: root \(\S+\)/);
    await node.must(['test', '-e', '/usr/local/ran']);
    const console = () => readFileSync(join(node.disk.folder, 'console.log'), 'utf8');
    const words = 'kured-host waits with it until everybody has.';
    assert.ok(!console().includes(words), 'nobody is bothered while something else is against it');

    node.put(command, '#!/bin/sh\nexit 0\n', 0o755);
    await node.logs(/Who is logged in was told of the reboot/);
    await statusText(node, /^reboot needed: 1 session\(s\) of people are open: root/);
    assert.ok(console().includes(words), 'on the terminal');
    assert.equal((await nodes.pool.lease).spec?.holderIdentity ?? '', '');
    assert.equal(node.boots, 1);
    await node.systemctl('stop', 'console-getty');
    await nodes.rebooted(node, 2);
  });
});
