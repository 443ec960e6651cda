import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder, hashOf } from '../../scripts/cache.ts';
import { cachedPackages } from '../../scripts/packages/cached.ts';
import type { Packages } from '../../scripts/packages/make.ts';
import { sourceVersion } from '../../scripts/source.ts';
import { mustRun } from '../cluster/process.ts';
import { rootOf, type Suite } from './available.ts';

const script = fileURLToPath(new URL('layer.sh', import.meta.url));

/** The deb and the rpm of this source for this machine, made if they are not in the cache yet. */
export async function ourPackages(): Promise<Packages> {
  return await cachedPackages({ arch: 'amd64', version: sourceVersion(), release: '1' });
}

/**
 * A layer over the suite's root in which our deb is installed, as in a node image: for guests whose tests are not about
 * installing. Give it to `makeGuest` as one of `layers`.
 */
export async function packagedLayer(suite: Suite): Promise<string> {
  const [root, { deb }] = await Promise.all([rootOf(suite), ourPackages()]);
  // The folders of both are named after what they are made of.
  const hash = hashOf(root, basename(dirname(deb)), readFileSync(script));
  return await cachedFolder(`layer-${suite}`, hash, async (folder) => {
    await mustRun(['sh', script, root, folder, deb], { milliseconds: 5 * 60_000 });
  });
}
