/** For `node --test --test-global-setup=test/host/global-setup.ts`: what all host tests of a run share, made once. */

import { available } from '../cluster/available.ts';
import { globalSetup as startControlPlane, globalTeardown as stopControlPlane } from '../cluster/global-setup.ts';
import { canMakeGuests } from './available.ts';
import { eachSuite } from './guest-pool.ts';
import { packagedLayer } from './packaged.ts';

export async function globalSetup(): Promise<void> {
  if (canMakeGuests() !== null) return;
  if (available() === null) await startControlPlane();
  for (const suite of eachSuite) await packagedLayer(suite);
}

export async function globalTeardown(): Promise<void> {
  await stopControlPlane();
}
