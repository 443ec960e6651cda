import { lstat, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { outsideText } from '../core/outside-text.ts';

/** Whose files are run with full rights. */
export interface Trust {
  /** The one user who may own what is run, and every folder above it; root. */
  readonly owner: number;
  /** Folders above this one are not looked at; the file system's root, but in tests. */
  readonly from: string;
}

/**
 * Whether nobody but root can change what this path leads to: the file, each folder above it, and each symbolic link on the
 * way with the folders above what it names. Null: nobody can; else one clause that names what somebody else can change.
 * What is not there or cannot be looked at is not trusted either.
 */
export async function whoElseMayWrite(path: string, trust: Trust): Promise<string | null> {
  let at = startOf(path, trust);
  const names = namesOf(path.slice(at.length));
  let links = 0;
  let wrong = await whyNotOurs(at, trust);
  // Name by name, as the kernel goes: `..` behind a link is not what it is in the text.
  for (let name = names.shift(); name !== undefined && wrong === null; name = names.shift()) {
    const next = name === '..' ? dirname(at) : join(at, name);
    wrong = await whyNotOurs(next, trust);
    if (wrong !== null) break;
    const target = await linkTarget(next);
    if (target === null) {
      at = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) return `${shown(path)} leads through too many symbolic links`;
    if (isAbsolute(target)) at = startOf(target, trust);
    names.unshift(...namesOf(isAbsolute(target) ? target.slice(at.length) : target));
    if (isAbsolute(target)) wrong = await whyNotOurs(at, trust);
  }
  return wrong;
}

/** As the kernel bounds it (path_resolution(7)). */
const mostLinks = 40;
/** Write for group or others; with an access control list the group's bits are its mask. */
const othersWrite = 0o022;

async function whyNotOurs(path: string, { owner }: Trust): Promise<string | null> {
  try {
    const stats = await lstat(path);
    if (stats.uid !== owner) return `${shown(path)} is owned by the user ${stats.uid}, not by root`;
    // The mode of a symbolic link means nothing: who may change it is who may write the folder it is in.
    if (stats.isSymbolicLink() || (stats.mode & othersWrite) === 0) return null;
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
    return `others than root may write to ${shown(path)} (mode ${mode})`;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return `${shown(path)} cannot be looked at (${why})`;
  }
}

/** Null: it is no link. */
async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch {
    return null;
  }
}

/** The uppermost folder of a path that is looked at. */
function startOf(path: string, { from }: Trust): string {
  const below = path === from || path.startsWith(from.endsWith(sep) ? from : from + sep);
  return below ? from : parse(path).root;
}

function namesOf(path: string): string[] {
  return path.split(sep).filter((name) => name !== '' && name !== '.');
}

function shown(path: string): string {
  return outsideText(path, 200);
}
