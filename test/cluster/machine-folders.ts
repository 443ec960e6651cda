import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The script, inside a machine, that asks for its reboot; every folder above it is root's alone, as the product demands. */
export const rebootCommand = '/etc/test-machine/reboot';
const askedFile = 'test-machine/reboot-asked';

/** A machine's disk and its memory (/run), as folders of the host. */
export interface MachineFolders {
  /** Holds everything but /run. */
  readonly disk: string;
  /** Seen as /run in the machine. On a tmpfs where the host has one at /dev/shm, as a real /run is. */
  readonly run: string;
  readonly bootIdFile: string;
  readonly machineIdFile: string;
  /** The file that `rebootCommand` appends a line to. */
  readonly rebootAskedFile: string;
  /** Where a path of the machine is on the host; paths outside /run, /etc and /var/lib are the same in both. */
  hostPath(inside: string): string;
  /** What a boot does to them: a new boot ID, an empty /run. Returns the boot ID. */
  boot(): string;
  remove(): void;
}

/** Files of the host's /etc that programs expect everywhere. */
const commonEtc = [
  'alternatives',
  'group',
  'ld.so.cache',
  'localtime',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'protocols',
  'resolv.conf',
  'services',
];

export function makeMachineFolders(name: string): MachineFolders {
  const disk = mkdtempSync(join(tmpdir(), `machine-${name}-`));
  const run =
    existsSync('/dev/shm') && statSync('/dev/shm').isDirectory() ? mkdtempSync('/dev/shm/machine-') : join(disk, 'run');
  const etc = join(disk, 'etc');
  for (const folder of ['test-machine', 'kured-host', 'kubernetes']) mkdirSync(join(etc, folder), { recursive: true });
  for (const folder of ['kured-host', 'kubelet/pki']) mkdirSync(join(disk, 'var-lib', folder), { recursive: true });
  for (const file of commonEtc)
    if (existsSync(join('/etc', file)))
      cpSync(join('/etc', file), join(etc, file), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(etc, 'hosts'), `127.0.0.1 localhost ${name}\n::1 localhost\n`);
  writeFileSync(join(etc, 'hostname'), `${name}\n`);
  writeFileSync(join(etc, 'machine-id'), `${randomBytes(16).toString('hex')}\n`);
  writeFileSync(join(disk, rebootCommand), `#!/bin/sh\necho asked >>/run/${askedFile}\n`, { mode: 0o755 });
  const bootIdFile = join(disk, 'boot_id');
  return {
    disk,
    run,
    bootIdFile,
    machineIdFile: join(etc, 'machine-id'),
    rebootAskedFile: join(run, askedFile),
    hostPath: (inside) =>
      inside
        .replace(/^\/run(?=\/|$)/, run)
        .replace(/^\/etc(?=\/|$)/, etc)
        .replace(/^\/var\/lib(?=\/|$)/, join(disk, 'var-lib')),
    boot() {
      mkdirSync(run, { recursive: true });
      for (const entry of readdirSync(run)) rmSync(join(run, entry), { recursive: true, force: true });
      for (const folder of ['test-machine', 'kured-host', 'lock']) mkdirSync(join(run, folder));
      writeFileSync(join(run, askedFile), '');
      const bootId = randomUUID();
      writeFileSync(bootIdFile, `${bootId}\n`);
      return bootId;
    },
    remove() {
      rmSync(disk, { recursive: true, force: true });
      rmSync(run, { recursive: true, force: true });
    },
  };
}
