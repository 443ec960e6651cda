/** What the maintainer scripts of the deb make of everything an admin may have done before. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canMakeGuests, type Suite, suites } from './available.ts';
import { type Guest, makeGuest } from './guest.ts';
import {
  apt,
  type Installation,
  install,
  installation,
  knowRepository,
  seesRepository,
  versions,
} from './installation.ts';

const skip = skipUnless(canMakeGuests());
const { older, newer } = skip === false ? await versions() : { older: '', newer: '' };
const config = '/etc/kured-host/config.yaml';
const byHand = '/etc/systemd/system/kured-host.service';

/** A step in the life of an installation: what the admin does, and what stands then. `starts`: how many more. */
interface Step {
  readonly name: string;
  /** What it shows on the terminal. `other`: the version that is not installed. */
  readonly act: (guest: Guest, other: string) => Promise<string>;
  /** Which version is there then; default: the other one. */
  readonly version?: 'the same' | 'none';
  readonly stands: Omit<Installation, 'version'>;
  readonly more?: (guest: Guest, shown: string) => Promise<void>;
}

const runs = { enabled: 'enabled', active: 'active' } as const;
const gone = { enabled: '', active: 'inactive', starts: 0 } as const;

const life: readonly Step[] = [
  {
    name: 'a fresh installation is enabled, and runs before the node has joined a cluster',
    act: (guest, other) => install(guest, other),
    stands: { ...runs, starts: 1 },
    more: async (guest) => {
      assert.match(await guest.show('kured-host', 'StatusText'), /^waiting: no kubeconfig of a kubelet was found/);
    },
  },
  {
    name: 'an upgrade restarts it once',
    act: (guest, other) => install(guest, other),
    stands: { ...runs, starts: 1 },
  },
  {
    name: 'a downgrade restarts it once',
    act: (guest, other) => install(guest, other),
    stands: { ...runs, starts: 1 },
  },
  {
    name: 'a reinstallation restarts it once',
    version: 'the same',
    act: (guest, other) => install(guest, other === newer ? older : newer, '--reinstall'),
    stands: { ...runs, starts: 1 },
  },
  {
    name: 'an edited configuration survives an upgrade',
    act: async (guest, other) => {
      guest.put(config, '# mine\nlogLevel: debug\n');
      return await install(guest, other);
    },
    stands: { ...runs, starts: 1 },
    more: async (guest) => assert.equal(guest.read(config), '# mine\nlogLevel: debug\n'),
  },
  {
    name: 'an upgrade names a unit of an installation by hand that stands in front of its own, and leaves it',
    act: async (guest, other) => {
      await guest.sh(`cp /usr/lib/systemd/system/kured-host.service ${byHand}; systemctl daemon-reload`);
      return await install(guest, other);
    },
    stands: { ...runs, starts: 1 },
    more: async (guest, shown) => {
      assert.match(shown, /^kured-host: \/etc\/systemd\/system\/kured-host\.service stands in front of /m);
      await guest.sh(`rm ${byHand}; systemctl daemon-reload`);
    },
  },
  {
    name: 'stopped by an admin it stays stopped',
    act: async (guest, other) => {
      await guest.systemctl('stop', 'kured-host');
      return await install(guest, other);
    },
    stands: { enabled: 'enabled', active: 'inactive', starts: 0 },
  },
  {
    name: 'disabled and running it is restarted, and stays disabled',
    act: async (guest, other) => {
      await guest.sh('systemctl start kured-host; systemctl disable kured-host');
      return await install(guest, other);
    },
    stands: { enabled: 'disabled', active: 'active', starts: 2 },
  },
  {
    name: 'disabled and stopped it stays both',
    act: async (guest, other) => {
      await guest.systemctl('stop', 'kured-host');
      return await install(guest, other);
    },
    stands: { enabled: 'disabled', active: 'inactive', starts: 0 },
  },
  {
    name: 'masked it stays masked',
    act: async (guest, other) => {
      await guest.systemctl('mask', 'kured-host');
      return await install(guest, other);
    },
    stands: { enabled: 'masked', active: 'inactive', starts: 0 },
  },
  {
    name: 'enabled again it is restarted by the next upgrade',
    act: async (guest, other) => {
      await guest.sh('systemctl unmask kured-host; systemctl enable --now kured-host');
      return await install(guest, other);
    },
    stands: { ...runs, starts: 2 },
  },
  {
    name: 'where a policy-rc.d forbids it nothing is restarted',
    act: async (guest, other) => {
      guest.put('/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', 0o755);
      const shown = await install(guest, other);
      await guest.must(['rm', '/usr/sbin/policy-rc.d']);
      return shown;
    },
    stands: { ...runs, starts: 0 },
  },
  {
    name: 'an upgrade over a wrong configuration succeeds, says that the service does not run, and does not try again and again',
    act: async (guest, other) => {
      guest.put(config, 'logLevel: shouting\n');
      return await install(guest, other);
    },
    stands: { enabled: 'enabled', active: 'failed', starts: 0 },
    more: async (guest, shown) => {
      assert.match(shown, /^kured-host: the service does not run; "systemctl status kured-host" says why$/m);
      const status = (await guest.run(['systemctl', '--no-pager', 'status', 'kured-host'])).stdout;
      assert.match(status, /\/etc\/kured-host\/config\.yaml:1:11: /);
      assert.deepEqual(
        [await guest.show('kured-host', 'NRestarts'), await guest.show('kured-host', 'SubState')],
        ['0', 'failed'],
      );
    },
  },
  {
    name: 'one that failed is started again by the next upgrade',
    act: async (guest, other) => {
      guest.put(config, '# mine\n');
      return await install(guest, other);
    },
    stands: { ...runs, starts: 1 },
  },
  {
    name: 'removed it is stopped, which is shown, and keeps its configuration and state',
    act: async (guest) => {
      guest.put('/var/lib/kured-host/kept', '');
      return await apt(guest, 'remove', 'kured-host');
    },
    version: 'none',
    stands: { ...gone, starts: 0 },
    more: async (guest, shown) => {
      assert.match(shown, /^kured-host: stopping the service; .*\n(?:.*\n)*The service has stopped$/m);
      assert.equal(guest.read(config), '# mine\n');
      assert.equal(guest.read('/var/lib/kured-host/kept'), '');
      assert.equal(await guest.systemctl('--failed', '--plain', '--no-legend'), '');
    },
  },
  {
    name: 'installed again it runs again, with the configuration from before',
    act: (guest, other) => install(guest, other),
    stands: { ...runs, starts: 1 },
    more: async (guest) => assert.equal(guest.read(config), '# mine\n'),
  },
  {
    name: 'disabled, removed and installed again it stays disabled and stopped',
    act: async (guest, other) => {
      await guest.systemctl('disable', 'kured-host');
      return (await apt(guest, 'remove', 'kured-host')) + (await install(guest, other));
    },
    stands: { enabled: 'disabled', active: 'inactive', starts: 0 },
  },
  {
    name: 'purged it leaves nothing but its group and its words in the journal',
    act: async (guest) => {
      await guest.systemctl('enable', '--now', 'kured-host');
      return await apt(guest, 'purge', 'kured-host');
    },
    version: 'none',
    stands: { ...gone, starts: 1 },
    more: async (guest) => {
      const places = '/etc /run /usr /var/lib/kured-host /var/lib/systemd /var/lib/dpkg';
      const left = await guest.run(['sh', '-c', `find ${places} -name '*kured-host*' 2>/dev/null`]);
      // The drop-in of a test's root, see root.sh; the repository's own list.
      const ours = left.stdout.split('\n').filter((path) => !/^$|\.service\.d|sources\.list/.test(path));
      assert.deepEqual(ours, []);
      assert.match(await guest.must(['getent', 'group', 'kured-host']), /^kured-host:/);
    },
  },
  {
    name: 'a preset of the admin that disables it is honoured by a fresh installation',
    act: async (guest, other) => {
      guest.put('/etc/systemd/system-preset/10-site.preset', 'disable kured-host.service\n');
      return await install(guest, other);
    },
    stands: { enabled: 'disabled', active: 'inactive', starts: 0 },
  },
  {
    name: 'masked before a fresh installation it is neither started nor enabled',
    act: async (guest, other) => {
      await apt(guest, 'purge', 'kured-host');
      await guest.sh('rm /etc/systemd/system-preset/10-site.preset; systemctl mask kured-host.service');
      const shown = await install(guest, other);
      assert.equal((await installation(guest)).enabled, 'masked');
      assert.doesNotMatch(shown, /error/i);
      await guest.systemctl('unmask', 'kured-host');
      return shown;
    },
    stands: { enabled: 'disabled', active: 'inactive', starts: 0 },
  },
];

for (const suite of Object.keys(suites) as Suite[])
  test(`the deb on Debian ${suite}, one thing after another`, { skip }, async (t) => {
    await using guest = await makeGuest({ suite, name: uniqueName('deb'), ...(await seesRepository()) });
    await guest.boot();
    await knowRepository(guest);
    for (const step of life) await t.test(step.name, (t) => take(t, guest, step));
  });

async function take(t: TestContext, guest: Guest, { act, version, stands, more }: Step): Promise<void> {
  const before = await installation(guest);
  const other = before.version === older ? newer : older;
  const shown = await act(guest, other);
  const { starts, ...after } = await installation(guest);
  t.diagnostic(shown.replaceAll(/\(Reading database[^\n]*\n/g, ''));
  const wanted = version === 'none' ? '' : version === 'the same' ? before.version : other;
  assert.deepEqual({ ...after, starts: starts - before.starts }, { ...stands, version: wanted }, shown);
  await more?.(guest, shown);
}
