import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outsideText } from '../core/outside-text.ts';
import { type ConfigProblem, type ConfigWarning, problemIn, warningIn } from './problem.ts';
import { errorCode, isNullDevice } from './read-file.ts';

/** A file to read: where it is, and its name for people, which is without the root folder of a test. */
export interface FoundFile {
  readonly path: string;
  readonly shownAs: string;
  /** Only the base file may be missing; a link to it says that there is to be one. */
  readonly required: boolean;
}

export interface Found {
  /** In the order in which they are merged. */
  readonly files: readonly FoundFile[];
  readonly warnings: readonly ConfigWarning[];
  readonly problems: readonly ConfigProblem[];
}

export const baseFile = '/etc/kured-host/config.yaml';
/** A name in a later folder hides the same name in an earlier one. */
export const dropInFolders: readonly string[] = [
  '/usr/lib/kured-host/config.d',
  '/run/kured-host/config.d',
  '/etc/kured-host/config.d',
];
const mostDropIns = 256;
/** A path is at most this long (PATH_MAX, limits.h). */
const longestPath = 4096;

/**
 * The files that make the configuration, as systemd.unit(5) and systemd's own configuration files do it: the base file,
 * then all drop-ins `*.yaml` sorted by the bytes of their file names, whichever folder they are in. A drop-in that is a
 * link to /dev/null hides its name and is not read. Names that begin with a dot are left out; so are other names, with a
 * warning. `root` stands before every path.
 */
export async function findConfigFiles(root: string): Promise<Found> {
  const dropIns = new Map<string, FoundFile>();
  const warnings: ConfigWarning[] = [];
  const problems: ConfigProblem[] = [];
  for (const folder of dropInFolders) {
    for (const name of await namesIn(join(root, folder), folder, problems)) {
      if (name.endsWith('.yaml')) dropIns.set(name, fileAt(root, join(folder, name), true));
      else
        warnings.push(
          warningIn(
            'ignored-file',
            shownPath(folder, name),
            'the file is not read, because its name does not end in .yaml',
          ),
        );
    }
  }
  if (dropIns.size > mostDropIns) {
    problems.push(
      problemIn('too-large', baseFile, `there are ${dropIns.size} drop-ins, and at most ${mostDropIns} are read`),
    );
    return { files: [], warnings, problems };
  }
  const files = [fileAt(root, baseFile, await isMeant(join(root, baseFile)))];
  for (const name of [...dropIns.keys()].sort(byBytes)) {
    const file = dropIns.get(name);
    if (file !== undefined && !(await isMask(file.path))) files.push(file);
  }
  return { files, warnings, problems };
}

async function namesIn(path: string, shownAs: string, problems: ConfigProblem[]): Promise<readonly string[]> {
  try {
    return (await readdir(path)).filter((name) => !name.startsWith('.')).sort(byBytes);
  } catch (error) {
    const code = errorCode(error);
    const linked = code === 'ENOENT' && (await isLink(path));
    if (code === 'ENOENT' && !linked) return [];
    const message = linked
      ? 'the folder of drop-ins is a link to one that does not exist'
      : `the folder of drop-ins cannot be read (${code}); check that it is a folder, and its permissions`;
    problems.push(problemIn('unreadable', shownAs, message));
    return [];
  }
}

/** Whether a link on the way to it says that there is to be something, even if it is not there now. */
async function isMeant(path: string): Promise<boolean> {
  const folder = dirname(path);
  if (await isLink(path)) return true;
  if (!(await isLink(folder))) return false;
  return await stat(folder).then(
    () => false,
    () => true,
  );
}

export async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

/** What cannot be looked at is no mask: reading it tells why. */
async function isMask(path: string): Promise<boolean> {
  try {
    return isNullDevice(await stat(path));
  } catch {
    return false;
  }
}

function fileAt(root: string, path: string, required: boolean): FoundFile {
  return { path: join(root, path), shownAs: shownPath('', path), required };
}

function shownPath(folder: string, name: string): string {
  return outsideText(join(folder, name), longestPath);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
