/** What the scriptlets of the rpm make of everything an admin may have done before. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canMakeGuests } from './available.ts';
import { type Guest, makeGuest } from './guest.ts';
import { type Installation, installation, shown, versions } from './installation.ts';
import { dnf, dnfCommand } from './package-manager.ts';

const skip = skipUnless(canMakeGuests());
const { older, newer } = skip === false ? await versions() : { older: '', newer: '' };
const config = '/etc/kured-host/config.yaml';
/** As Fedora and RHEL have it: nothing runs that a preset does not name. */
const fedora = '/usr/lib/systemd/system-preset/99-default-disable.preset';
const site = '/etc/systemd/system-preset/10-site.preset';

/** A step in the life of an installation: what the admin does, and what stands then. `starts`: how many more. */
interface Step {
  readonly name: string;
  /** What it shows on the terminal. */
  readonly act: (guest: Guest) => Promise<string>;
  readonly stands: Installation;
  readonly more?: (guest: Guest, shown: string) => Promise<void>;
}

const runs = { enabled: 'enabled', active: 'active' } as const;
const stopped = { active: 'inactive', starts: 0 } as const;
const gone = { version: '', enabled: '', active: 'inactive' } as const;

const life: readonly Step[] = [
  {
    name: 'a fresh installation is enabled by the preset, and runs before the node has joined a cluster',
    act: (guest) => dnf.install(guest, older),
    stands: { version: older, ...runs, starts: 1 },
    more: async (guest) => {
      assert.match(await guest.show('kured-host', 'StatusText'), /^waiting: no kubeconfig of a kubelet was found/);
      assert.match(await guest.must(['getent', 'group', 'kured-host']), /^kured-host:/);
      assert.match(await guest.journal('-t', 'kured-host', '-x'), /kured-host has begun to look at its configuration/);
    },
  },
  {
    name: 'an upgrade restarts it once, after the old version is gone',
    act: (guest) => dnf.install(guest, newer),
    stands: { version: newer, ...runs, starts: 1 },
    more: async (guest) => assert.match(await started(guest), /version=0\.2\.0\)\n$/),
  },
  {
    name: 'a downgrade restarts it once',
    act: (guest) => dnf.install(guest, older),
    stands: { version: older, ...runs, starts: 1 },
    more: async (guest) => assert.match(await started(guest), /version=0\.1\.0\)\n$/),
  },
  {
    name: 'a reinstallation restarts it once',
    act: (guest) => dnf.install(guest, older),
    stands: { version: older, ...runs, starts: 1 },
  },
  {
    name: 'an edited configuration survives an upgrade, and would where the package brings another one, too',
    act: async (guest) => {
      guest.put(config, '# mine\nlogLevel: debug\n');
      return await dnf.install(guest, newer);
    },
    stands: { version: newer, ...runs, starts: 1 },
    more: async (guest) => {
      assert.equal(guest.read(config), '# mine\nlogLevel: debug\n');
      const flags = ['rpm', '--query', '--queryformat', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]', 'kured-host'];
      const kept = (await guest.must(flags)).split('\n').filter((line) => line.startsWith('cn '));
      assert.deepEqual(kept, ['cn /etc/kured-host/config.yaml', 'cn /etc/needrestart/conf.d/kured-host.conf']);
    },
  },
  {
    name: 'stopped by an admin it stays stopped',
    act: async (guest) => {
      await guest.systemctl('stop', 'kured-host');
      return await dnf.install(guest, older);
    },
    stands: { version: older, enabled: 'enabled', ...stopped },
  },
  {
    name: 'disabled and running it is restarted, and stays disabled',
    act: async (guest) => {
      await guest.sh('systemctl start kured-host; systemctl disable kured-host');
      return await dnf.install(guest, newer);
    },
    stands: { version: newer, enabled: 'disabled', active: 'active', starts: 2 },
  },
  {
    name: 'disabled and stopped it stays both',
    act: async (guest) => {
      await guest.systemctl('stop', 'kured-host');
      return await dnf.install(guest, older);
    },
    stands: { version: older, enabled: 'disabled', ...stopped },
  },
  {
    name: 'masked it stays masked',
    act: async (guest) => {
      await guest.systemctl('mask', 'kured-host');
      return await dnf.install(guest, newer);
    },
    stands: { version: newer, enabled: 'masked', ...stopped },
  },
  {
    name: 'an upgrade over a wrong configuration succeeds, says that the service does not run, and does not try again and again',
    act: async (guest) => {
      await guest.sh('systemctl unmask kured-host; systemctl enable --now kured-host');
      guest.put(config, 'logLevel: shouting\n');
      return await dnf.install(guest, older);
    },
    stands: { version: older, enabled: 'enabled', active: 'failed', starts: 1 },
    more: async (guest, shown) => {
      assert.match(shown, /^kured-host: the service does not run; "systemctl status kured-host" says why$/m);
      assert.equal(await guest.show('kured-host', 'NRestarts'), '0');
    },
  },
  {
    name: 'one that failed is started again by the next upgrade',
    act: async (guest) => {
      guest.put(config, '# mine\n');
      return await dnf.install(guest, newer);
    },
    stands: { version: newer, ...runs, starts: 1 },
  },
  {
    name: 'one that failed and is disabled stays failed',
    act: async (guest) => {
      await guest.systemctl('disable', 'kured-host');
      await fail(guest);
      return await dnf.install(guest, older);
    },
    stands: { version: older, enabled: 'disabled', active: 'failed', starts: 0 },
  },
  {
    name: 'an erasure stops it, which is shown, and keeps the edited configuration beside its place, and the state',
    act: async (guest) => {
      await guest.systemctl('enable', '--now', 'kured-host');
      guest.put('/var/lib/kured-host/kept', '');
      return await dnf.remove(guest);
    },
    stands: { ...gone, starts: 1 },
    more: async (guest, shown) => {
      assert.match(shown, /^kured-host: stopping the service; .*\n(?:.*\n)*The service has stopped$/m);
      assert.equal(guest.read(`${config}.rpmsave`), '# mine\n');
      assert.equal(guest.read('/var/lib/kured-host/kept'), '');
      assert.equal(await guest.systemctl('--failed', '--plain', '--no-legend'), '');
      const left = 'find /etc/systemd /usr/lib/systemd /run -name "*kured-host*" ! -name kured-host 2>/dev/null; true';
      assert.equal(await guest.must(['sh', '-c', left]), '');
    },
  },
  {
    name: 'installed again it runs again',
    act: (guest) => dnf.install(guest, newer),
    stands: { version: newer, ...runs, starts: 1 },
  },
  {
    name: 'where presets disable everything a fresh installation is neither enabled nor started',
    act: async (guest) => {
      await dnf.remove(guest);
      await guest.must(['mv', '/usr/lib/systemd/system-preset/90-systemd.preset', '/root/']);
      guest.put(fedora, 'disable *\n');
      return await dnf.install(guest, older);
    },
    stands: { version: older, enabled: 'disabled', ...stopped },
  },
  {
    name: 'an upgrade there does not enable what nobody enabled',
    act: (guest) => dnf.install(guest, newer),
    stands: { version: newer, enabled: 'disabled', ...stopped },
  },
  {
    name: "a site's own preset enables it there",
    act: async (guest) => {
      await dnf.remove(guest);
      guest.put(site, 'enable kured-host.service\n');
      return await dnf.install(guest, older);
    },
    stands: { version: older, ...runs, starts: 1 },
  },
  {
    name: 'masked before a fresh installation it is neither started nor enabled',
    act: async (guest) => {
      await dnf.remove(guest);
      await guest.systemctl('mask', 'kured-host.service');
      return await dnf.install(guest, newer);
    },
    stands: { version: newer, enabled: 'masked', ...stopped },
  },
  {
    name: 'an image that dnf makes from outside has it enabled, and nothing of the machine that makes it is touched',
    act: async (guest) => {
      await dnf.remove(guest);
      await guest.systemctl('unmask', 'kured-host.service');
      await guest.sh(
        `mkdir /srv/image; cp -a --parents /usr /etc /bin /sbin /lib /lib64 /srv/image; mkdir -p /srv/image/var/lib /srv/image/run
         rpm --root=/srv/image --initdb; rpm --root=/srv/image --install --nodeps /root/distribution.rpm`,
        { milliseconds: 120_000 },
      );
      return await shown(guest, [...dnfCommand, '--installroot=/srv/image', 'install', `kured-host-${older}`]);
    },
    stands: { ...gone, starts: 0 },
    more: async (guest, shown) => {
      // The image has no /dev: what cannot be redirected to /dev/null is not run.
      assert.doesNotMatch(shown, /error|fail|cannot/i);
      assert.equal(await guest.must(['systemctl', '--root=/srv/image', 'is-enabled', 'kured-host']), 'enabled\n');
      assert.match(await guest.must(['cat', '/srv/image/etc/group']), /^kured-host:/m);
      assert.equal(await guest.must(['sh', '-c', 'ls -d /run/kured-host.* /srv/image/run/* 2>/dev/null; true']), '');
    },
  },
  {
    name: 'an upgrade of the image changes what is enabled there no more',
    act: async (guest) => {
      await guest.must(['systemctl', '--root=/srv/image', 'disable', 'kured-host']);
      return await shown(guest, [...dnfCommand, '--installroot=/srv/image', 'upgrade', `kured-host-${newer}`]);
    },
    stands: { ...gone, starts: 0 },
    more: async (guest) => {
      const { stdout } = await guest.run(['systemctl', '--root=/srv/image', 'is-enabled', 'kured-host']);
      assert.equal(stdout, 'disabled\n');
    },
  },
];

test('the rpm under dnf, one thing after another', { skip, timeout: 900_000 }, async (t) => {
  await using guest = await makeGuest({ name: uniqueName('rpm'), ...(await dnf.options()) });
  await guest.boot();
  await dnf.know(guest);
  for (const step of life) await t.test(step.name, (t) => take(t, guest, step));
});

test('an upgrade by dnf while the machine goes down is finished, and the new version starts with the next boot, once', {
  skip,
  timeout: 300_000,
}, async () => {
  await using guest = await makeGuest({ name: uniqueName('rpm'), ...(await dnf.options()) });
  await guest.boot();
  await dnf.know(guest);
  await dnf.install(guest, older);
  // A unit that stops only when the upgrade is through keeps the machine going down until then.
  const wait = 'while [ ! -e /run/upgraded ]; do sleep 0.1; done';
  const slow = `[Service]\nExecStart=/bin/sleep infinity\nExecStop=/bin/sh -c '${wait}'\nTimeoutStopSec=120\n`;
  guest.put('/run/systemd/system/slow.service', slow);
  await guest.sh('systemctl daemon-reload; systemctl start slow; systemctl --no-block reboot');
  await guest.sees('the way down', ['systemctl', 'is-system-running'], /^stopping/);
  await guest.sees('the service to be stopped', ['systemctl', 'is-active', 'kured-host'], /^inactive/);
  const before = await installation(guest);
  await dnf.install(guest, newer);
  assert.deepEqual(await installation(guest), { ...before, version: newer });
  await guest.must(['touch', '/run/upgraded']);
  await guest.awaitBoot(2);
  await guest.sees('the service', ['systemctl', 'is-active', 'kured-host'], /^active/);
  assert.deepEqual(await installation(guest), { version: newer, ...runs, starts: before.starts + 1 });
});

async function take(t: TestContext, guest: Guest, { act, stands, more }: Step): Promise<void> {
  const before = await installation(guest);
  const shown = await act(guest);
  // dnf does not wait for a service that it starts.
  if (stands.active === 'active') await guest.sees('it run', ['systemctl', 'is-active', 'kured-host'], /^active$/m);
  const { starts, ...after } = await installation(guest);
  t.diagnostic(shown);
  assert.deepEqual({ ...after, starts: starts - before.starts }, stands, shown);
  await more?.(guest, shown);
}

/** What the daemon says at each of its starts. */
async function started(guest: Guest): Promise<string> {
  return await guest.journal('-q', '-o', 'cat', '-t', 'kured-host', '--grep=^The service starts');
}

/** It ends with a configuration that it cannot read, and has the one from before again. */
async function fail(guest: Guest): Promise<void> {
  const before = guest.read(config);
  guest.put(config, 'logLevel: shouting\n');
  await guest.run(['systemctl', 'restart', 'kured-host']);
  await guest.sees('it to have failed', ['systemctl', 'is-failed', 'kured-host'], /^failed$/m);
  guest.put(config, before);
}
