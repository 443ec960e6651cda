import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachedPackages } from '../../scripts/packages/cached.ts';
import { cache } from '../../scripts/packages/native.ts';
import { root } from '../../scripts/source.ts';
import { makeRepository } from '../packaging/repository.ts';

/** Signed repositories with two versions of this clone's packages, for upgrades and downgrades. */
export interface TestRepository {
  /** What a guest is given, read-only. */
  readonly folder: string;
  /** For apt, below it: suite `stable`, component `main`. */
  readonly apt: string;
  /** For dnf, below it. */
  readonly yum: string;
  /** The public key, armored, below it. */
  readonly key: string;
  readonly older: string;
  readonly newer: string;
}

const [older, newer] = ['0.1.0', '0.2.0'] as const;

/** The repositories, made only if what they hold has changed: in `$XDG_CACHE_HOME/kured-host/packages-repository-<hash>`. */
export async function testRepository(): Promise<TestRepository> {
  const packages = [];
  for (const version of [older, newer]) packages.push(await cachedPackages({ arch: 'amd64', version, release: '1' }));
  const files = packages.flatMap(({ deb, rpm }) => [deb, rpm]);
  const folder = join(cache, `packages-repository-${hash(files)}`);
  if (!existsSync(folder)) {
    const scratch = mkdtempSync(join(cache, 'packages-new-'));
    try {
      makeRepository(files, scratch);
      // apt reads it as a user of its own.
      chmodSync(scratch, 0o755);
      renameSync(scratch, folder);
    } catch (error) {
      rmSync(scratch, { recursive: true, force: true });
      // Another process was faster.
      if (!existsSync(folder)) throw error;
    }
  }
  // What is used is not cleared away (cachedPackages).
  utimesSync(folder, new Date(), new Date());
  return {
    folder,
    apt: join(folder, 'apt'),
    yum: join(folder, 'rpm'),
    key: join(folder, 'kured-host.asc'),
    older,
    newer,
  };
}

/** The packages' own folders are named after what they are made of. */
function hash(files: readonly string[]): string {
  const sum = createHash('sha256').update(files.map(dirname).join());
  for (const script of ['scripts/packages/repository.sh', 'test/packaging/repository.ts']) {
    sum.update(readFileSync(root + script));
  }
  return sum.digest('hex').slice(0, 16);
}
