/** For `node --test --test-global-setup=test/cluster/global-setup.ts`: one control plane for all test files of a run. */
import { available } from './available.ts';
import { startControlPlane } from './control-plane.ts';
import { sharedVariable } from './shared.ts';

const opened = new AsyncDisposableStack();

export async function globalSetup(): Promise<void> {
  if (available() !== null) return;
  const { directory, url } = opened.use(await startControlPlane());
  process.env[sharedVariable] = JSON.stringify({ directory, url });
}

export async function globalTeardown(): Promise<void> {
  await opened.disposeAsync();
}
