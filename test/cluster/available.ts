import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { within } from './waiting.ts';

/** Why there can be no control plane here, or null. Building it needs Go; a built one does not, but which one to take is asked of Go. */
export function available(): string | null {
  const go = spawnSync('go', ['version']);
  return go.status === 0 ? null : 'no Go here (the command "go" is not found), so no real control plane';
}

/**
 * Builds the control plane if it is not in the cache yet (minutes, the first time; it says so on standard error), and
 * gives the path of the program.
 */
export async function controlPlaneProgram(): Promise<string> {
  const script = fileURLToPath(new URL('build.sh', import.meta.url));
  const build = spawn(script, [], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    return await within(30 * 60_000, 'the build of the control plane', async () => {
      const [path, [code]] = await Promise.all([text(build.stdout), once(build, 'close')]);
      if (code !== 0) throw new Error(`the control plane was not built: ${script} ended with ${code}`);
      return path.trim();
    });
  } finally {
    build.kill();
  }
}

/**
 * What to give to node:test as `skip`: false, or the reason. Under CI=true nothing may be skipped, so there the reason is
 * thrown, and the test file fails with it. Each reason is noted in the file KURED_HOST_TEST_SKIPS, where scripts/test.sh finds it.
 */
export function skipUnless(...reasons: readonly (string | null)[]): string | false {
  const reason = reasons.find((one) => one !== null);
  if (reason === undefined || reason === null) return false;
  if (process.env.CI === 'true') throw new Error(`skipped, which CI does not allow: ${reason}`);
  const list = process.env.KURED_HOST_TEST_SKIPS;
  if (list !== undefined) appendFileSync(list, `${reason.replaceAll('\n', ' ')}\n`);
  return reason;
}

/** With KURED_HOST_TEST_KEEP set, logs, data and machines stay where they are when a test ends, to be looked at. */
export function keepFolders(): boolean {
  const keep = process.env.KURED_HOST_TEST_KEEP;
  return keep !== undefined && keep !== '';
}
