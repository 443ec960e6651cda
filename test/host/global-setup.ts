/** For `node --test --test-global-setup=test/host/global-setup.ts`: what all host tests of a run share, made once. */

import { available } from '../cluster/available.ts';
import { globalSetup as startControlPlane, globalTeardown as stopControlPlane } from '../cluster/global-setup.ts';
import { canMakeGuests, rootOf } from './available.ts';
import { eachSuite } from './guest-pool.ts';
import { dnfRoot } from './package-manager.ts';
import { packagedLayer } from './packaged.ts';

export async function globalSetup(): Promise<void> {
  // Packages take Go as well: without it only what needs no package runs.
  if (canMakeGuests() !== null || available() !== null) return;
  await startControlPlane();
  for (const suite of eachSuite) await packagedLayer(suite);
  await rootOf(dnfRoot.suite, dnfRoot.packages);
}

export async function globalTeardown(): Promise<void> {
  await stopControlPlane();
}
