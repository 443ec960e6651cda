import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { root } from '../../scripts/source.ts';

/** What keeps a repository from being signed. */
export interface Refusal {
  /** The key is one of long ago, that was good for a day. */
  readonly expired?: boolean;
  /** gpg ends as after a cancelled passphrase when this is among what it is told. */
  readonly told?: string;
}

/**
 * Makes the repositories of `make repository` in `target` out of these debs and rpms, signed with a key that is thrown away.
 * Throws what the script said where it failed.
 */
export function makeRepository(files: readonly string[], target: string, { expired, told }: Refusal = {}): void {
  // In /tmp: gpg's agent listens on a socket there, whose path may have 108 bytes.
  const scratch = mkdtempSync(join(tmpdir(), 'key-'));
  const env: NodeJS.ProcessEnv & { readonly GNUPGHOME: string } = { ...process.env, GNUPGHOME: join(scratch, 'gpg') };
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    const [then, until] = expired ? [['--faked-system-time', '20200101T000000!'], '1d'] : [[], 'never'];
    const made = ['--passphrase', '', '--quick-generate-key', 'A key for a test', 'rsa3072', 'sign', until];
    run('gpg', '--batch', ...then, ...made);
    const listed = run('gpg', '--batch', '--with-colons', '--list-secret-keys');
    const key = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1];
    if (key === undefined) throw new Error(`gpg made no key:\n${listed}`);
    const packages = join(scratch, 'packages');
    mkdirSync(packages);
    for (const file of files) copyFileSync(file, join(packages, basename(file)));
    if (told !== undefined) env['PATH'] = `${cancelled(scratch, told)}${delimiter}${env['PATH']}`;
    run(`${root}scripts/packages/repository.sh`, packages, target, key);
  } finally {
    try {
      run('gpgconf', '--kill', 'all');
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

/** A folder with a gpg that stands in front of the machine's. */
function cancelled(scratch: string, told: string): string {
  const folder = join(scratch, 'bin');
  mkdirSync(folder);
  const gpg = execFileSync('sh', ['-c', 'command -v gpg'], { encoding: 'utf8' }).trim();
  const refuses = `case " $* " in *"${told}"*) echo 'gpg: signing failed: Operation cancelled' >&2; exit 2 ;; esac`;
  writeFileSync(join(folder, 'gpg'), `#!/bin/sh\n${refuses}\nexec ${gpg} "$@"\n`, { mode: 0o755 });
  return folder;
}
