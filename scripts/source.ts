import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The version that package.json names. */
export function sourceVersion(): string {
  return (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }).version;
}

/** The commit, with a `+` when the tree differs from it; "source" in a source archive without git. */
export function revision(): string {
  const commit = git('rev-parse', '--short=12', 'HEAD');
  if (commit === null) return 'source';
  return git('status', '--porcelain', '--', 'src', 'scripts', 'package-lock.json') === '' ? commit : `${commit}+`;
}

/** When the commit was made, in seconds; a source archive says it in SOURCE_DATE_EPOCH (reproducible-builds.org). */
export function sourceDate(): number {
  return Number(process.env.SOURCE_DATE_EPOCH ?? git('show', '-s', '--format=%ct', 'HEAD') ?? 0);
}

function git(...args: readonly string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
