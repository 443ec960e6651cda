import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { revision, root, sourceDate } from '../source.ts';
import { type Effort, fileNames, makePackages, type Packages } from './make.ts';
import { cache } from './native.ts';
import type { Package } from './package.ts';

/** What a package is made of, in the clone. */
const inputs = ['src', 'scripts', 'packaging', 'systemd', 'package-lock.json', 'CHANGELOG.md', 'LICENSE'];

/** After these seconds without use a folder of packages is removed: each change of the source makes new ones. */
const kept = 24 * 3600;

/**
 * The deb and the rpm of one architecture, made only if nothing that they are made of has changed since they were last made:
 * in `$XDG_CACHE_HOME/kured-host/packages-<hash>`. Two callers at once, also in two processes, get the same.
 */
export async function cachedPackages(made: Package, effort: Effort = 'fast'): Promise<Packages> {
  const place = join(cache, `packages-${hash(made, effort)}`);
  if (!existsSync(place)) {
    await mkdir(cache, { recursive: true });
    removeUnused();
    const folder = mkdtempSync(join(cache, 'packages-new-'));
    try {
      await makePackages(made, effort, folder);
      // apt reads it as a user of its own.
      chmodSync(folder, 0o755);
      renameSync(folder, place);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      // Another process was faster.
      if (!existsSync(place)) throw error;
    }
  }
  utimesSync(place, new Date(), new Date());
  const { deb, rpm } = fileNames(made);
  return { deb: join(place, deb), rpm: join(place, rpm) };
}

function hash(made: Package, effort: Effort): string {
  const sum = createHash('sha256').update(JSON.stringify([made, effort, revision(), sourceDate()]));
  for (const file of inputs.flatMap(filesBelow))
    sum
      .update(`${file}\0`)
      .update(readFileSync(root + file))
      .update('\0');
  return sum.digest('hex').slice(0, 16);
}

function filesBelow(path: string): readonly string[] {
  if (!statSync(root + path).isDirectory()) return [path];
  return readdirSync(root + path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

function removeUnused(): void {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith('packages-'))) {
    const place = join(cache, name);
    const idle = Date.now() - (statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (idle > kept * 1000) rmSync(place, { recursive: true, force: true });
  }
}
