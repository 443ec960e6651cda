import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { startCompanion } from '../cluster/process.ts';
import { within } from '../cluster/waiting.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canMakeGuests, type Suite, suites } from './available.ts';
import { makeGuest } from './guest.ts';
import { pause } from './guest-boot.ts';

const skip = skipUnless(canMakeGuests());

for (const [suite, version] of Object.entries(suites) as [Suite, number][])
  test(`a guest with systemd ${version} boots, reboots by logind, and is switched off`, { skip }, async () => {
    await using guest = await makeGuest({ suite, name: uniqueName('guest') });
    await guest.boot();
    assert.match(await guest.must(['systemctl', '--version']), new RegExp(`^systemd ${version}\\b`));
    assert.equal(await guest.must(['hostname']), `${guest.name}\n`);
    const first = guest.bootId;
    assert.equal((await guest.must(['cat', '/proc/sys/kernel/random/boot_id'])).trim(), first);
    await guest.must([
      'busctl',
      'call',
      'org.freedesktop.login1',
      '/org/freedesktop/login1',
      'org.freedesktop.login1.Manager',
      'Reboot',
      'b',
      'false',
    ]);
    await guest.awaitBoot(2);
    assert.notEqual(guest.bootId, first);
    assert.equal((await guest.journal('--list-boots', '-q')).trim().split('\n').length, 2);
    await guest.poweroff();
    assert.equal(guest.up, false);
  });

test('a command that is still running does not keep a guest from rebooting', { skip }, async () => {
  await using guest = await makeGuest({ suite: 'bookworm', name: uniqueName('guest') });
  await guest.boot();
  const running = guest.run(['sleep', '3600'], { milliseconds: 120_000 });
  await guest.reboot();
  assert.notEqual((await running).code, 0);
  assert.equal(guest.boots, 2);
});

test('a power cut takes what was not synced, and leaves what was', { skip }, async () => {
  await using guest = await makeGuest({ suite: 'bookworm', name: uniqueName('guest') });
  await guest.boot();
  await guest.sh(
    'echo synced >/var/lib/synced; sync -f /var/lib/synced; echo lost >/var/lib/new; mv /var/lib/new /var/lib/lost',
  );
  await guest.powerCut();
  assert.equal(guest.up, false);
  await guest.boot();
  assert.equal(guest.read('/var/lib/synced'), 'synced\n');
  assert.equal(await guest.must(['ls', '/var/lib/lost']).catch(() => 'gone'), 'gone');
});

test('a package that is installed again really asks for a reboot', { skip }, async () => {
  await using guest = await makeGuest({ suite: 'trixie', name: uniqueName('guest') });
  await guest.boot();
  await guest.must(['apt-get', 'install', '--reinstall', '-y', 'dbus']);
  assert.equal(guest.read('/run/reboot-required.pkgs'), 'dbus\n');
  await guest.reboot();
  assert.equal((await guest.run(['test', '-e', '/run/reboot-required'])).code, 1);
});

test('a path through a link that outside leads to the host is refused', { skip }, async () => {
  await using guest = await makeGuest({ suite: 'bookworm', name: uniqueName('guest') });
  for (const path of ['/etc/localtime', '/var/run/reboot-required'])
    assert.throws(() => guest.put(path, ''), /in the guest is a link to/);
  guest.put('/lib/through-a-relative-link', 'guest');
  assert.equal(guest.read('/usr/lib/through-a-relative-link'), 'guest');
});

test('a guest ends with the process that made it, even by SIGKILL to all that this process started', {
  skip,
}, async () => {
  const name = uniqueName('guest');
  const program = `
    import { makeGuest } from './test/host/guest.ts';
    const guest = await makeGuest({ suite: 'bookworm', name: '${name}' });
    await guest.boot();
    console.log('folder ' + guest.disk.folder);
    console.log('up');
    setInterval(() => undefined, 1000);`;
  const folder = mkdtempSync(join(tmpdir(), 'maker-'));
  const make = [process.execPath, '--input-type=module-typescript', '-e', program];
  const maker = startCompanion('setsid', make, join(folder, 'log'));
  await maker.line(/^up$/, 60_000);
  const made = (await maker.line(/^folder /, 1000)).slice('folder '.length);
  process.kill(-maker.pid, 'SIGKILL');
  await within(30_000, 'everything of the guest to end', async (signal) => {
    while (spawnSync('pgrep', ['--full', name]).status === 0 || groupsOf(name).length > 0) await pause(100, signal);
  });
  for (const left of [made, folder]) rmSync(left, { recursive: true });
});

function groupsOf(name: string): readonly string[] {
  return ['unified/', 'systemd/', '']
    .map((one) => `/sys/fs/cgroup/${one}${name}`)
    .filter((folder) => existsSync(folder));
}
