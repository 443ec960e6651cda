/** For `node --test --test-global-setup=test/host/global-setup.ts`: what all host tests of a run share, made once. */
import { globalSetup as startControlPlane, globalTeardown as stopControlPlane } from '../cluster/global-setup.ts';
import { canMakeGuests, rootOf, type Suite, suites } from './available.ts';

export async function globalSetup(): Promise<void> {
  if (canMakeGuests() !== null) return;
  await startControlPlane();
  for (const suite of Object.keys(suites) as Suite[]) await rootOf(suite);
}

export async function globalTeardown(): Promise<void> {
  await stopControlPlane();
}
