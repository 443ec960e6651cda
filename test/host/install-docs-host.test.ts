/** What docs/install.md tells an admin to type, typed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { blocksOf, page, repository } from '../docs/pages.ts';
import { canMakeGuests } from './available.ts';
import { type Guest, makeGuest } from './guest.ts';
import { installation, seesRepository, versions } from './installation.ts';
import { dnf } from './package-manager.ts';

const skip = skipUnless(canMakeGuests());
const blocks = blocksOf(page('docs/install.md'), 'sh');

/** The block of that name, with the repository where the guest sees it. */
function block(name: string): string {
  const found = blocks.find((one) => one.name === name) ?? assert.fail(`docs/install.md has no block "${name}"`);
  return found.text.replaceAll('https://packages.example.org', 'file:///srv/repository');
}

/** A guest has no curl; what it is to fetch is a file. */
const curl = `curl() { cp "\${4#file://}" "$3"; }\n`;

/** Debian has nothing that would tell dnf a release. */
const release = 'dnf() { command dnf --releasever=1 "$@"; }\n';

test('the deb is installed as the page says, runs, and says why it waits', { skip, timeout: 300_000 }, async () => {
  await using guest = await makeGuest({ suite: 'trixie', name: uniqueName('docs'), ...(await seesRepository()) });
  await guest.boot();
  // Nothing is asked of the suite's own repositories: all that is needed is there.
  await guest.sh(
    `rm -rf /etc/apt/sources.list /etc/apt/sources.list.d; mkdir /etc/apt/sources.list.d; ${curl}${block('apt')}`,
    {
      milliseconds: 120_000,
    },
  );
  const { version, enabled, active } = await installation(guest);
  assert.deepEqual([version, enabled, active], [(await versions()).newer, 'enabled', 'active']);
  const looks = block('look').trimEnd().split('\n');
  assert.equal(looks.length, 3);
  for (const line of looks) {
    const { stdout, stderr } = await guest.run(['sh', '-c', line]);
    assert.match(stdout + stderr, /no kubeconfig of a kubelet was found/, line);
  }
  const shown = await guest.sh(block('image'), { milliseconds: 120_000 });
  assert.doesNotMatch(shown, /wrong|error/i);
  assert.match(await guest.must(['kured-host', 'config', 'show']), /kured-host-workers/);
});

test('the rpm is installed as the page says, and runs once it is enabled', { skip, timeout: 300_000 }, async () => {
  await using guest = await knowing();
  // What the page writes is what is to be tried.
  await guest.sh(`rm /etc/yum.repos.d/kured-host.repo\n${release}${block('dnf')}`, { milliseconds: 120_000 });
  const { version, enabled, active } = await installation(guest);
  assert.deepEqual([version, enabled, active], [(await versions()).newer, 'enabled', 'active']);
});

test('the rpm is installed by zypper as the page says, and runs once it is enabled', {
  skip,
  timeout: 300_000,
}, async () => {
  await using guest = await knowing();
  await guest.sh(block('zypper'), { milliseconds: 120_000 });
  const { version, enabled, active } = await installation(guest);
  assert.deepEqual([version, enabled, active], [(await versions()).newer, 'enabled', 'active']);
});

test('zypper offers the key of the repository to who has not imported it', { skip, timeout: 300_000 }, async () => {
  await using guest = await makeGuest({ ...(await dnf.options()), name: uniqueName('docs') });
  await guest.boot();
  await guest.must(['zypper', 'addrepo', 'file:///srv/repository/rpm', 'kured-host']);
  const refused = await guest.run(['zypper', '--non-interactive', 'refresh']);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stdout, /Key Name: +A key for a test\n/);
  await guest.must(['zypper', '--non-interactive', '--gpg-auto-import-keys', 'refresh']);
});

test('the rpm is put into an image in a container as the page says, and runs from the first boot on', {
  skip,
  timeout: 300_000,
}, async () => {
  await using guest = await knowing();
  const container = 'unshare --mount --pid --fork --mount-proc sh -euc "mount -t tmpfs run /run; $1" sh';
  await guest.must(['sh', '-euc', container, 'sh', `${release}${block('rpm image')}`], { milliseconds: 120_000 });
  const { enabled, active } = await installation(guest);
  assert.deepEqual([enabled, active], ['enabled', 'inactive']);
  await guest.reboot();
  await guest.logs(/no kubeconfig of a kubelet was found/);
  assert.match(await guest.must(['kured-host', 'config', 'show']), /sentinels\/dnf/);
});

test('by hand it runs from /opt under a unit of the same name', {
  skip: skip || skipUnless(built()),
  timeout: 300_000,
}, async () => {
  const [make, ...rest] = block('make by hand').split('\n');
  assert.equal(make, 'make build');
  execFileSync('sh', ['-euc', rest.join('\n')], { cwd: repository });
  const folders = { '/srv/made': join(repository, 'dist') };
  await using guest = await makeGuest({ suite: 'bookworm', name: uniqueName('hand'), folders });
  await guest.boot();
  await guest.sh(`cd /srv/made\n${block('install by hand')}`, { milliseconds: 120_000 });
  await guest.logs(/no kubeconfig of a kubelet was found/);
  assert.match(await guest.show('kured-host', 'ExecStart'), /path=\/opt\/kured-host\/node /);
  const { stdout } = await guest.run(['/opt/kured-host/kured-host', 'status']);
  assert.match(stdout, /no kubeconfig of a kubelet was found/);
  const output = '/etc/kured-host/config.d/50-kured.yaml';
  const sentinel = '/opt/kured-host/recipes/needrestart.yaml';
  await guest.must(['ln', '-s', sentinel, '/etc/kured-host/config.d/60-sentinel.yaml']);
  await guest.must(['/opt/kured-host/kured-host', 'config', 'check']);
  await guest.must(['/opt/kured-host/kured-host', 'config', 'import-kured', '--output', output, '--', '--period=1h']);
});

function built(): string | null {
  return existsSync(join(repository, 'dist/app.cjs')) ? null : 'dist/app.cjs is not built ("make build")';
}

/** A guest for rpms that runs and knows the repository. */
async function knowing(): Promise<Guest> {
  const guest = await makeGuest({ ...(await dnf.options()), name: uniqueName('docs') });
  await guest.boot();
  await dnf.know(guest);
  return guest;
}
