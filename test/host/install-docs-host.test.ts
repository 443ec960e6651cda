/** What docs/install.md tells an admin to type, typed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { blocksOf, page, repository } from '../docs/pages.ts';
import { canMakeGuests } from './available.ts';
import { makeGuest } from './guest.ts';
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
  await using guest = await makeGuest({ ...(await dnf.options()), name: uniqueName('docs') });
  await guest.boot();
  await dnf.know(guest);
  // What the page writes is what is to be tried; and Debian has nothing that would tell dnf a release.
  const release = 'dnf() { command dnf --releasever=1 "$@"; }\n';
  await guest.sh(`rm /etc/yum.repos.d/kured-host.repo\n${release}${block('dnf')}`, { milliseconds: 120_000 });
  const { version, enabled, active } = await installation(guest);
  assert.deepEqual([version, enabled, active], [(await versions()).newer, 'enabled', 'active']);
});

test('by hand it runs from /opt under a unit of the same name', {
  skip: skip || skipUnless(built()),
  timeout: 300_000,
}, async () => {
  const folders = { '/srv/clone': repository };
  await using guest = await makeGuest({ suite: 'bookworm', name: uniqueName('hand'), folders });
  await guest.boot();
  const [make, ...rest] = block('by hand').split('\n');
  assert.equal(make, 'make build');
  await guest.sh(`cd /srv/clone\n${rest.join('\n')}`, { milliseconds: 120_000 });
  await guest.logs(/no kubeconfig of a kubelet was found/);
  assert.match(await guest.show('kured-host', 'ExecStart'), /path=\/opt\/kured-host\/node /);
  const { stdout } = await guest.run(['/opt/kured-host/kured-host', 'status']);
  assert.match(stdout, /no kubeconfig of a kubelet was found/);
  const output = '/etc/kured-host/config.d/50-kured.yaml';
  await guest.must(['/opt/kured-host/kured-host', 'config', 'import-kured', '--output', output, '--', '--period=1h']);
});

function built(): string | null {
  return existsSync(join(repository, 'dist/app.cjs')) ? null : 'dist/app.cjs is not built ("make build")';
}
