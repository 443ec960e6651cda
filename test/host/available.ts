import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { within } from '../cluster/waiting.ts';

/** The Debians that guests run: the oldest and the newest systemd that is supported, and one between. */
export const suites = { bookworm: 252, trixie: 257, forky: 262 } as const satisfies Record<string, number>;

export type Suite = keyof typeof suites;

const programs = ['mmdebstrap', 'systemd-nspawn', 'mkfs.ext4', 'nsenter', 'setpriv'] as const;

/** Why no guest can be made here, or null: it takes root, mounts, control groups, and the programs of scripts/test-tools.sh. */
export function canMakeGuests(): string | null {
  if (process.getuid?.() !== 0) return 'guests with a systemd of their own need root';
  const missing = programs.filter((program) => run('sh', '-c', `command -v ${program}`).status !== 0);
  if (missing.length > 0)
    return `guests need what is not installed here (scripts/test-tools.sh): ${missing.join(', ')}`;
  const mount = run('unshare', '--mount', 'mount', '-t', 'tmpfs', 'guest', '/mnt');
  return mount.status === 0 ? null : `guests need mounts, which are not to be had here: ${mount.stderr.trim()}`;
}

/** The root file system of a suite, made if it is not in the cache yet (half a minute; it says so on standard error). */
export async function rootOf(suite: Suite, packages: readonly string[] = []): Promise<string> {
  return await scriptPath('root.sh', [suite, ...packages], 10 * 60_000);
}

/** Runs a script of this folder that prints a path, and says what it does on standard error. */
export async function scriptPath(name: string, parameters: readonly string[], milliseconds: number): Promise<string> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(script, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    return await within(milliseconds, `the end of ${name} ${parameters.join(' ')}`, async () => {
      const [path, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      if (code !== 0) throw new Error(`${name} ${parameters.join(' ')} ended with ${code}`);
      return path.trim();
    });
  } finally {
    child.kill();
  }
}

function run(program: string, ...parameters: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, parameters, { encoding: 'utf8' });
}
