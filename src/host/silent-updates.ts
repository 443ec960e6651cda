import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether updates of this machine write no file when they need a reboot, so that somebody has to be asked: it has dnf, and neither
 * dpkg nor zypper, whose packages do (docs/sentinels.md). Only a hint for people: what cannot be looked at is not there.
 */
export async function updatesAreSilent(root: string): Promise<boolean> {
  const [dnf, dpkg, zypper] = await Promise.all(programs.map((program) => isFile(join(root, program))));
  return dnf === true && dpkg === false && zypper === false;
}

const programs = ['usr/bin/dnf', 'usr/bin/dpkg', 'usr/bin/zypper'] as const;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
