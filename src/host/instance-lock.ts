import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { outsideText } from '../core/outside-text.ts';

/**
 * - `alone`: no other daemon runs on this node, until `release` or the end of this process.
 * - `second`: another one runs; `message` says which.
 * - `unknown`: it cannot be told, and why.
 */
export type Instance =
  | { readonly is: 'alone'; release(): void }
  | { readonly is: 'second'; readonly message: string }
  | { readonly is: 'unknown'; readonly why: string };

export interface InstanceOptions {
  /** A file in the runtime folder. It is never removed: a lock on a file that is gone excludes nobody. */
  readonly file: string;
  /** flock(2) without waiting (systemd/libc.ts); null where the native library is missing. */
  readonly tryLock: ((fd: number) => 'locked' | 'held' | { readonly error: string }) | null;
  readonly pid: number;
}

/** Makes sure that one daemon decides for this node. The kernel lets the lock go however a process ends. */
export function claimInstance(options: InstanceOptions): Instance {
  const { file, tryLock, pid } = options;
  if (tryLock === null) return { is: 'unknown', why: 'the native library is missing' };
  let fd: number;
  try {
    fd = openSync(file, 'a+', 0o600);
  } catch (error) {
    return { is: 'unknown', why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
  const locked = tryLock(fd);
  if (locked === 'locked') {
    notePid(fd, pid);
    return { is: 'alone', release: () => closeSync(fd) };
  }
  const holder = locked === 'held' ? readPid(fd) : '';
  closeSync(fd);
  if (locked !== 'held') return { is: 'unknown', why: `${file} cannot be locked: ${locked.error}` };
  return {
    is: 'second',
    message: `another kured-host daemon already runs on this node (${holder}), which holds ${file}; this one ends and changes nothing`,
  };
}

/** Only shown to people; the lock stands without it (a full disk, say). */
function notePid(fd: number, pid: number): void {
  try {
    ftruncateSync(fd);
    writeSync(fd, `${pid}\n`);
  } catch {
    // The message then says that the pid is unknown.
  }
}

function readPid(fd: number): string {
  try {
    const buffer = Buffer.alloc(20);
    const text = buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0)).trim();
    return /^\d+$/.test(text) ? `pid ${text}` : 'its pid is unknown';
  } catch {
    return 'its pid is unknown';
  }
}
