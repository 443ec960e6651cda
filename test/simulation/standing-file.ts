import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cache, hashOf } from '../../scripts/cache.ts';
import { withImports } from '../../scripts/imports.ts';
import type { Standing } from './ledger.ts';

const root = new URL('../..', import.meta.url).pathname;
/** What a history comes from, with all that it imports: the seed's plan, and what carries it out. */
const made = ['test/simulation/plan-of.ts', 'test/simulation/simulate.ts'] as const;

/**
 * The file of the very code that a history runs, and of what its plans are given besides the seed: figures of different code are
 * never added up, and what a simulated node never runs (commands, packages) changes nothing.
 */
export function standingPath(given: string): string {
  const parts = withImports(root, made).flatMap((name) => [name, readFileSync(join(root, name))]);
  return join(cache, `simulation-${hashOf(given, ...parts)}.json`);
}

/** Null: there is none yet. One that cannot be read throws: what was counted is not thrown away unasked. */
export function readStanding(path: string): Standing | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return JSON.parse(text) as Standing;
  } catch (error) {
    throw new Error(`${path} is no JSON: remove it to begin anew`, { cause: error });
  }
}

/** Whole or not at all, also when the process is killed here. */
export function writeStanding(path: string, standing: Standing): void {
  writeFileSync(`${path}.new`, JSON.stringify(standing));
  renameSync(`${path}.new`, path);
}

/**
 * Whether this process is the only one that adds to the file: it is for as long as it lives. A name of a socket is the lock,
 * because the kernel gives it back however its owner ends.
 */
export function lockStanding(path: string): Promise<boolean> {
  const server = createServer().unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(`\0kured-host-simulation-${hashOf(path)}`, () => resolve(true));
  });
}
