import { cachedPackages } from '../../scripts/packages/cached.ts';
import type { Packages } from '../../scripts/packages/make.ts';
import { sourceVersion } from '../../scripts/source.ts';
import { rootOf, type Suite, scriptPath } from './available.ts';

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
  return await scriptPath('layer.sh', [root, deb], 5 * 60_000);
}
