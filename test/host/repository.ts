import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder, hashOf } from '../../scripts/cache.ts';
import { cachedPackages } from '../../scripts/packages/cached.ts';
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

/** The repositories, made only if what they hold has changed. */
export async function testRepository(): Promise<TestRepository> {
  const packages = [];
  for (const version of [older, newer]) packages.push(await cachedPackages({ arch: 'amd64', version, release: '1' }));
  const files = packages.flatMap(({ deb, rpm }) => [deb, rpm]);
  // The packages' own folders are named after what they are made of.
  const scripts = ['scripts/packages/repository.sh', 'test/packaging/repository.ts'].map((file) =>
    readFileSync(root + file),
  );
  const folder = await cachedFolder('repository', hashOf(...files, ...scripts), (place) =>
    makeRepository(files, place),
  );
  return {
    folder,
    apt: join(folder, 'apt'),
    yum: join(folder, 'rpm'),
    key: join(folder, 'kured-host.asc'),
    older,
    newer,
  };
}
