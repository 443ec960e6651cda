import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../../scripts/source.ts';

/** Makes the repositories of `make repository` in `target` out of these debs and rpms, signed with a key that is thrown away. */
export function makeRepository(files: readonly string[], target: string): void {
  // In /tmp: gpg's agent listens on a socket there, whose path may have 108 bytes.
  const scratch = mkdtempSync(join(tmpdir(), 'key-'));
  const env = { ...process.env, GNUPGHOME: join(scratch, 'gpg') };
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    run('gpg', '--batch', '--passphrase', '', '--quick-generate-key', 'A key for a test', 'rsa3072', 'sign', 'never');
    const listed = run('gpg', '--batch', '--with-colons', '--list-secret-keys');
    const key = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1];
    if (key === undefined) throw new Error(`gpg made no key:\n${listed}`);
    const packages = join(scratch, 'packages');
    mkdirSync(packages);
    for (const file of files) copyFileSync(file, join(packages, basename(file)));
    run(`${root}scripts/packages/repository.sh`, packages, target, key);
  } finally {
    try {
      run('gpgconf', '--kill', 'all');
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}
