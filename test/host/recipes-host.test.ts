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
import { dnfRoot } from './package-manager.ts';
import { packagedLayer } from './packaged.ts';

const skip = skipUnless(canMakeGuests());

test('a recipe is a link away, and tells yes, no and an error apart with the real dnf and needrestart', {
  skip,
  timeout: 300_000,
}, async () => {
  const layers = [await packagedLayer('trixie')];
  await using guest = await makeGuest({ ...dnfRoot, name: uniqueName('recipe'), layers });
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

  await take(guest, 'needrestart');
  const release = (await guest.must(['uname', '-r'])).trim();
  const built = (await guest.must(['uname', '-v'])).trim();
  // Its own file is hidden by the layer with our package.
  guest.put('/etc/needrestart/needrestart.conf', '1;\n');
  guest.put('/boot/vmlinuz-own', kernelImage(`${release} (a@b) ${built}`));
  const [container, silence] = await needed(guest);
  assert.deepEqual([container, /ended with 0, and with no answer about the kernel/.test(silence)], ['unknown', true]);
  // From here on it takes the guest for a machine.
  guest.put('/usr/bin/systemd-detect-virt', '#!/bin/sh\nexit 1\n', 0o755);
  assert.deepEqual(await needed(guest), ['no', '']);
  guest.put('/boot/vmlinuz-own', kernelImage(`${release} (a@b) #2 SMP a day later`));
  const same = `sentinels/needrestart: kernel ${release} is installed, ${release} runs`;
  assert.deepEqual(await needed(guest), ['yes', same]);
  guest.put('/boot/vmlinuz-other', kernelImage('99.1.0-newer (a@b) #1 SMP'));
  assert.deepEqual(await needed(guest), [
    'yes',
    `sentinels/needrestart: kernel 99.1.0-newer is installed, ${release} runs`,
  ]);

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
  await guest.systemctl('restart', 'kured-host');
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

/** What an image for x86 is to needrestart: a size, and the version where the header says it is (the boot protocol's kernel_version). */
function kernelImage(version: string): Buffer {
  const image = Buffer.alloc(1_048_576);
  image.writeUInt16LE(0x1000, 0x20e);
  image.write(`${version}\0`, 0x200 + 0x1000);
  return image;
}
