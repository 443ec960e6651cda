import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder, hashOf } from '../cache.ts';
import { revision, root, sourceDate } from '../source.ts';
import { type Effort, fileNames, makePackages, type Packages } from './make.ts';
import type { Package } from './package.ts';

/** What a package is made of, in the clone. */
const inputs = ['src', 'scripts', 'packaging', 'systemd', 'package-lock.json', 'CHANGELOG.md', 'LICENSE'];

/** The deb and the rpm of one architecture, made only if what they are made of has changed since they were last made. */
export async function cachedPackages(made: Package, effort: Effort = 'fast'): Promise<Packages> {
  const files = inputs.flatMap(filesBelow).flatMap((file) => [file, readFileSync(root + file)]);
  const hash = hashOf(JSON.stringify([made, effort, revision(), sourceDate()]), ...files);
  const folder = await cachedFolder('packages', hash, async (place) => {
    await makePackages(made, effort, place);
  });
  const { deb, rpm } = fileNames(made);
  return { deb: join(folder, deb), rpm: join(folder, rpm) };
}

function filesBelow(path: string): readonly string[] {
  if (!statSync(root + path).isDirectory()) return [path];
  return readdirSync(root + path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}
