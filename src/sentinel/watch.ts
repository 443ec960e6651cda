import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { watch } from 'chokidar';
import type { Clock } from '../ports/clock.ts';
import type { Gate } from '../ports/gate.ts';
import type { Log } from '../ports/outlets.ts';
import { errorCode, errorText } from './error-text.ts';

export interface WatchDeps {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly log: Log;
}

/**
 * Calls `hint` when the file, or its `.pkgs`, may have changed: after an inotify event, once when watching has begun, and
 * every minute whatever happens, until the signal is aborted. Never throws. A folder that cannot be watched is logged, once
 * for each new cause.
 *
 * What is watched is the folder's real path, one level of it, with everything but the two names ignored. Asked for a file
 * that is not there yet, chokidar reads the whole folder anew after each event in it: 1,000 changes of other files cost
 * 1.3 s of CPU, and a third of that for the folder without `ignored`; this way they cost 0.1 s, nearly all of it in the
 * system's wake-ups. A folder that is not there is not watched at all: it is looked for again, as after an error, with
 * growing distance up to a minute. One that was replaced or mounted over is noticed within a minute and watched anew:
 * chokidar tells of its removal not always, and loses the events in a folder that was removed and made again.
 */
export function watchFile(path: string, hint: () => void, deps: WatchDeps, signal: AbortSignal): void {
  void keepWatching(path, hint, deps, signal).catch(() => {
    // Only the abort of the signal ends the loop.
  });
}

const lookAgain = 60_000;
const shortestPause = 1_000;
const placeTime = 10_000;

async function keepWatching(path: string, hint: () => void, deps: WatchDeps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let told = '';
  while (!signal.aborted) {
    const end = await watchOnce(path, hint, deps, signal);
    failures = end.watched ? 0 : failures + 1;
    if (end.problem !== '' && end.problem !== told) {
      deps.log.event('sentinel-watch-broken', { source: path, why: end.problem });
    }
    told = end.watched ? '' : end.problem;
    await deps.clock.sleep(Math.min(lookAgain, shortestPause * 2 ** Math.max(0, failures - 1)), signal);
    hint();
  }
}

/** Why watching ended, and whether it went on for at least a minute before it did. */
interface End {
  readonly problem: string;
  readonly watched: boolean;
}

async function watchOnce(path: string, hint: () => void, deps: WatchDeps, signal: AbortSignal): Promise<End> {
  const folder = await findFolder(path, deps, signal);
  if (folder.is !== 'there') return { problem: folder.problem, watched: false };
  const names = ['', '.pkgs'].map((ending) => join(folder.real, basename(path) + ending));
  const ended = new AbortController();
  const watcher = watch(folder.real, {
    depth: 0,
    ignored: (candidate) => candidate !== folder.real && !names.includes(candidate),
  });
  watcher.on('ready', hint);
  watcher.on('error', (error) => ended.abort(errorText(error)));
  watcher.on('all', (event, what) => {
    hint();
    if (event === 'unlinkDir' && what === folder.real) ended.abort('');
  });
  try {
    return await holdFolder(path, folder, hint, deps, signal, AbortSignal.any([signal, ended.signal]));
  } finally {
    void watcher.close().catch(() => {
      // It is dropped either way.
    });
  }
}

/** Waits, minute by minute, until the folder is another one, the watch has failed, or the signal is aborted. */
async function holdFolder(
  path: string,
  folder: Folder,
  hint: () => void,
  deps: WatchDeps,
  signal: AbortSignal,
  either: AbortSignal,
): Promise<End> {
  for (let minutes = 0; ; minutes += 1) {
    try {
      await deps.clock.sleep(lookAgain, either);
    } catch {
      signal.throwIfAborted();
      return { problem: String(either.reason), watched: minutes > 0 };
    }
    hint();
    const now = await findFolder(path, deps, signal);
    const same = now.is === 'there' && now.identity === folder.identity && now.real === folder.real;
    if (!same && now.is !== 'unknown') return { problem: '', watched: true };
  }
}

interface Folder {
  readonly is: 'there';
  readonly real: string;
  /**
   * Device, inode and birth: another file system mounted over it, or another folder under its name, differs. The inode
   * alone does not tell: ext4 gives the number of a removed folder to the next one.
   */
  readonly identity: string;
}

type Found = Folder | { readonly is: 'absent' | 'unknown'; readonly problem: string };

async function findFolder(path: string, deps: WatchDeps, signal: AbortSignal): Promise<Found> {
  using deadline = deps.clock.deadline(placeTime, signal);
  try {
    return await deps.gate.enter(async () => {
      const real = await realpath(dirname(path));
      const { dev, ino, birthtimeNs } = await stat(real, { bigint: true });
      return { is: 'there', real, identity: `${dev}:${ino}:${birthtimeNs}` } as const;
    }, deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    const absent = errorCode(error) === 'ENOENT';
    return { is: absent ? 'absent' : 'unknown', problem: absent ? '' : errorText(error) };
  }
}
