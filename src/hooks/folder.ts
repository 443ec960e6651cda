import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outsideText } from '../core/outside-text.ts';
import { type Trust, whoElseMayWrite } from './trust.ts';

/** What a file in a folder of hooks is. `path` is where it lies, which is not where a symbolic link leads. */
export type Hook =
  | { readonly is: 'run'; readonly path: string; readonly wanted: boolean }
  | { readonly is: 'refused'; readonly path: string; readonly wanted: boolean; readonly why: string }
  /** No hook, though it may look like one: not executable. */
  | { readonly is: 'skipped'; readonly path: string; readonly why: string };

export type HookList =
  | { readonly is: 'read'; readonly hooks: readonly Hook[] }
  /** Nobody can tell whether there are hooks. */
  | { readonly is: 'unreadable'; readonly why: string };

/**
 * The hooks of one folder in the order in which they run: by the bytes of their names, as run-parts(8) and systemd's own
 * executable folders go. As there, hidden files and what package managers and editors leave behind are no hooks. A folder
 * that is not there has none; of one behind a link that leads nowhere nobody can tell.
 */
export async function listHooks(folder: string, trust: Trust): Promise<HookList> {
  const names = await namesIn(folder);
  if ('why' in names) return { is: 'unreadable', why: names.why };
  const hooks: Hook[] = [];
  // One after the other: where the file system hangs, that takes one thread and not all there are.
  for (const name of names) {
    const hook = await readHook(join(folder, name), trust);
    if (hook !== null) hooks.push(hook);
  }
  return { is: 'read', hooks };
}

async function namesIn(folder: string): Promise<readonly string[] | { readonly why: string }> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => !isLeftOver(name)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      const link = await linkToNothing([folder, dirname(folder)]);
      return link === null ? [] : { why: `${outsideText(link, 200)} is a link to a folder that does not exist` };
    }
    return { why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
}

async function linkToNothing(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const linked = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    if (!linked) continue;
    const leads = await stat(path).then(
      () => true,
      () => false,
    );
    if (!leads) return path;
  }
  return null;
}

/** Null: nothing that anybody could have meant as a hook: a folder, an empty file, a link to /dev/null (masked). */
async function readHook(path: string, trust: Trust): Promise<Hook | null> {
  const wanted = path.endsWith('.wanted');
  try {
    const stats = await stat(path);
    if (!stats.isFile() || stats.size === 0) return null;
    if ((stats.mode & 0o111) === 0) return { is: 'skipped', path, why: 'it is not executable' };
    const why = await whoElseMayWrite(path, trust);
    return why === null ? { is: 'run', path, wanted } : { is: 'refused', path, wanted, why };
  } catch (error) {
    // A file that was taken away meanwhile is no hook any more; a link that leads nowhere is one that cannot be run.
    const why = `it cannot be looked at: ${outsideText(error instanceof Error ? error.message : String(error), 200)}`;
    return { is: 'refused', path, wanted, why };
  }
}

/** systemd's hidden_or_backup_file(). */
function isLeftOver(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~') || name === 'lost+found' || leftOver.test(name);
}

const leftOver =
  /\.(?:rpmnew|rpmsave|rpmorig|dpkg-(?:old|new|tmp|dist|bak|backup|remove)|ucf-(?:new|old|dist)|swp|bak|old|new)$/;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
