import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, runCommand, startCompanion } from '../cluster/process.ts';
import { within } from '../cluster/waiting.ts';

/** A guest's disk. It ends with the process that opened it, even by SIGKILL. */
export interface Disk extends AsyncDisposable {
  /** A folder of the host, for what is about the guest and not of it. */
  readonly folder: string;
  /** Seen by the guest as well: what a kubelet reads at its start. */
  readonly machineIdFile: string;
  /** The guest's root, by the name it has in the namespace of its mounts. */
  readonly root: string;
  /** Where the host finds a path of the guest's disk; /run and /tmp of a guest that is up are not on it. */
  hostPath(inside: string): string;
  /** How to start a program that sees the guest's mounts, and ends nothing of them. */
  beside(command: readonly string[]): readonly string[];
  /** Brings the disk back to what was synced at this moment. Nothing may run on it. */
  cut(): Promise<void>;
  /** Copies what is worth keeping into `folder`. */
  keep(): Promise<void>;
}

const script = fileURLToPath(new URL('guest-disk.sh', import.meta.url));
const limit = 30_000;

/** A fresh disk over these folders, the uppermost first, with a host name and a machine ID of its own. */
export async function openDisk(name: string, lower: readonly string[]): Promise<Disk> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const below = lower.join(':');
  // In a session of its own: it outlives an interrupt, and the end of the whole process group, to clear up after both.
  const hold = ['unshare', '--mount', 'sh', script, 'hold', name, folder, below];
  const holder = startCompanion('setsid', hold, join(folder, 'disk.log'));
  await holder.line(/^mounted$/, limit);
  const root = join(folder, 'memory/root');
  const beside: Disk['beside'] = (command) => [
    'nsenter',
    '--target',
    String(holder.pid),
    '--mount',
    '--wd=/',
    '--',
    ...command,
  ];
  const hostPath: Disk['hostPath'] = (inside) => join(`/proc/${holder.pid}/root`, root, inside);
  const machineId = `${randomBytes(16).toString('hex')}\n`;
  const machineIdFile = join(folder, 'machine-id');
  for (const file of [machineIdFile, hostPath('/etc/machine-id')]) writeSynced(file, machineId);
  writeSynced(hostPath('/etc/hostname'), `${name}\n`);
  return {
    folder,
    machineIdFile,
    root,
    hostPath,
    beside,
    cut: async () => void (await mustRun(beside(['sh', script, 'cut', name, folder, below]), { milliseconds: limit })),
    async keep() {
      const journal = hostPath('/var/log/journal');
      if (existsSync(journal)) cpSync(journal, join(folder, 'journal'), { recursive: true });
      const show = ['journalctl', '--directory', journal, '--merge', '--no-pager', '--output=short-precise'];
      writeFileSync(join(folder, 'journal.txt'), (await runCommand(show)).stdout);
    },
    async [Symbol.asyncDispose]() {
      holder.child.stdin?.end();
      await within(limit, `the end of the mounts of ${name}`, () => holder.exited);
    },
  };
}

/** Removes the folder of a disk that is closed. */
export function removeDisk({ folder }: Disk): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes a file, with the folders above, so that a power cut does not take it. */
export function writeSynced(file: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  const open = openSync(file, 'w');
  try {
    writeFileSync(open, content);
    fchmodSync(open, mode);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
