import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Who updates a machine without a word in a file; each is asked by the recipe of its name (docs/sentinels.md). */
export type SilentUpdater = 'rpm-ostree' | 'bootc' | 'dnf';

/**
 * Who updates this machine and writes no file when an update needs a reboot, so that somebody has to be asked; null: nobody is known
 * to. Where the system comes as an image it is not dnf, which lies in it all the same: rpm-ostree, which knows what bootc has staged as
 * well, or bootc alone. dpkg's and zypper's packages write a file. Only a hint for people: what cannot be looked at is not there.
 */
export async function silentUpdater(root: string): Promise<SilentUpdater | null> {
  const there = await Promise.all(files.map((file) => isFile(join(root, file))));
  const [isImage, rpmOstree, bootc, dnf, dpkg, zypper] = there;
  if (isImage === true && rpmOstree === true) return 'rpm-ostree';
  if (isImage === true && bootc === true) return 'bootc';
  return dnf === true && dpkg === false && zypper === false ? 'dnf' : null;
}

/** The first one is made by the boot into an image of ostree's (ostree-prepare-root). */
const files = [
  'run/ostree-booted',
  'usr/bin/rpm-ostree',
  'usr/bin/bootc',
  'usr/bin/dnf',
  'usr/bin/dpkg',
  'usr/bin/zypper',
] as const;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
