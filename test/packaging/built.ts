import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedPackages } from '../../scripts/packages/cached.ts';
import type { Packages } from '../../scripts/packages/make.ts';
import { type Arch, names } from '../../scripts/packages/package.ts';
import { sourceVersion } from '../../scripts/source.ts';
import { skipUnless } from '../cluster/available.ts';

export const architectures = Object.keys(names) as readonly Arch[];

/** For node:test's `skip`: packages are built with Go, npm and binutils, and looked at with programs that not every machine has. */
export function withoutTools(...tools: readonly string[]): string | false {
  const missing = ['go', 'npm', 'aarch64-linux-gnu-strip', 'dpkg-deb', ...tools].filter(
    (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
  );
  return skipUnless(
    missing.length === 0 ? null : `not installed here (scripts/test-tools.sh installs it): ${missing.join(', ')}`,
  );
}

/** The packages of this clone, for both architectures, as tests have them: the same files, packed fast. */
export async function builtPackages(): Promise<Readonly<Record<Arch, Packages>>> {
  const version = sourceVersion();
  return {
    amd64: await cachedPackages({ arch: 'amd64', version, release: '1' }),
    arm64: await cachedPackages({ arch: 'arm64', version, release: '1' }),
  };
}

/** Runs a program and gives what it prints; a failure shows what it said. */
export function output(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });
}

/** A folder that is removed when the test file ends. */
export function scratchFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'packages-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
