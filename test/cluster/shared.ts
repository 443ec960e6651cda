import { controlPlaneProgram } from './available.ts';
import { type ClusterAccess, openCluster, startControlPlane } from './control-plane.ts';

/** Where a running control plane is told to the test files of one run. */
export const sharedVariable = 'KURED_HOST_TEST_CONTROL_PLANE';

/**
 * The control plane that all cluster tests of a run share: the one that `global-setup.ts` started, or, in a test file that is run alone, one of its own. A test keeps to a namespace, Lease and nodes of its own, and
 * never stops it: who needs that starts one with `startControlPlane`.
 */
export async function sharedControlPlane(): Promise<ClusterAccess & AsyncDisposable> {
  const told = process.env[sharedVariable];
  if (told === undefined) return await startControlPlane();
  const { directory, url } = JSON.parse(told);
  const access = openCluster(await controlPlaneProgram(), directory, url);
  return { ...access, [Symbol.asyncDispose]: async () => access.close() };
}
