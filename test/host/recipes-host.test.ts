/** The recipes for sentinels, with the real programs that they ask. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/source.ts';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canMakeGuests } from './available.ts';
import { type Guest, makeGuest } from './guest.ts';
import { packagedLayer } from './packaged.ts';

const skip = skipUnless(canMakeGuests());
const packages = ['dnf', 'dnf-plugins-core', 'needrestart', 'rpm'];

test('a recipe is a link away, and tells yes, no and an error apart with the real dnf and needrestart', {
  skip,
  timeout: 300_000,
}, async () => {
  const layers = [await packagedLayer('trixie')];
  await using guest = await makeGuest({ suite: 'trixie', name: uniqueName('recipe'), packages, layers });
  await guest.boot();

  await take(guest, 'dnf');
  await guest.must(['rpm', '--initdb']);
  assert.deepEqual(await needed(guest), ['no', '']);
  guest.put('/root/kernel.rpm', kernelPackage());
  await guest.must(['rpm', '--install', '--nodeps', '/root/kernel.rpm']);
  assert.deepEqual(await needed(guest), ['yes', 'sentinels/dnf: kernel']);
  const { code } = await guest.run(['dnf', 'needs-restarting', '-r']);
  assert.equal(code, 1);
  // dnf ends with the same exit code for this.
  guest.put('/etc/dnf/dnf.conf', 'this is no configuration\n');
  assert.equal((await guest.run(['dnf', 'needs-restarting', '-r'])).code, 1);
  const [is, why] = await needed(guest);
  assert.equal(is, 'unknown');
  assert.match(why, /exit code 2, .*dnf needs-restarting -r ended with 1: /);

  // Whether there is a newer kernel cannot be seen from within a container, and needrestart says so by saying nothing.
  await take(guest, 'needrestart');
  const [kernel, silence] = await needed(guest);
  assert.equal(kernel, 'unknown');
  assert.match(silence, /exit code 2, .*needrestart -b -k ended with 0, and with no answer about the kernel/);

  await take(guest, 'suse');
  assert.deepEqual(await needed(guest), ['no', '']);
  guest.put('/run/reboot-needed', '');
  assert.deepEqual(await needed(guest), ['yes', '/run/reboot-needed']);
});

/** As the page about sentinels says; the service takes it as well. */
async function take(guest: Guest, recipe: string): Promise<void> {
  await guest.must([
    'ln',
    '-sf',
    `/usr/share/kured-host/recipes/${recipe}.yaml`,
    '/etc/kured-host/config.d/50-sentinel.yaml',
  ]);
  await guest.systemctl('reload', 'kured-host');
}

/** What `kured-host check` says of the need, whatever of the permission. */
async function needed(guest: Guest): Promise<readonly [is: string, text: string]> {
  const { stdout } = await guest.run(['kured-host', 'check', '--json'], { milliseconds: 60_000 });
  const { need } = JSON.parse(stdout) as { need: { required: string; text: string } };
  return [need.required, need.text.replaceAll('/usr/libexec/kured-host/', '')];
}

/** A rpm of the name by which dnf knows that a reboot is required. */
function kernelPackage(): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), 'kernel-'));
  try {
    const [yaml, rpm] = [join(scratch, 'nfpm.yaml'), join(scratch, 'kernel.rpm')];
    writeFileSync(
      yaml,
      'name: kernel\narch: amd64\nversion: 1.0.0\nrelease: "1"\nmaintainer: a@example.org\ndescription: a\n',
    );
    const nfpm = execFileSync(`${root}scripts/packages/nfpm.sh`, { encoding: 'utf8' }).trim();
    execFileSync(nfpm, ['package', '--config', yaml, '--packager', 'rpm', '--target', rpm], { stdio: 'pipe' });
    return readFileSync(rpm);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
