import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { outsideText } from '../core/outside-text.ts';
import type { Permission } from '../core/permission.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import { openGate } from '../ports/gate.ts';
import type { PermissionSource } from '../ports/source.ts';

export interface PackageManagerParts {
  /** Stands before the locks' paths; `/` outside tests. */
  readonly root: string;
  readonly clock: Clock;
  /** Whether another process has a write lock on an open file (systemd/libc.ts); null where the native library is missing. */
  readonly isLocked: ((fd: number) => 'free' | 'held' | { readonly error: string }) | null;
  /** Whether it is wanted at all, at the moment. */
  readonly wanted: () => boolean;
}

/**
 * What is locked, by fcntl(2), as long as packages are being changed. dpkg(1): lock-frontend from the first to the last dpkg
 * of one apt, lock by dpkg itself. rpm: the file `.rpm.lock` in its database, which is where `rpm --eval %_dbpath` says:
 * /usr/lib/sysimage/rpm (Fedora, SUSE) or /var/lib/rpm (RHEL to 9).
 */
const locks: readonly string[] = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/usr/lib/sysimage/rpm/.rpm.lock',
  '/var/lib/rpm/.rpm.lock',
];

/** Nobody waits for a look of its own: where it hangs, whoever asks is answered in time all the same. */
const never = new AbortController().signal;

/** How often a lock that was held is looked at, until it is free; nothing tells when it is given up. */
const lookAgain = 5_000;

/**
 * No permission while a package manager changes packages: a reboot in the middle of that leaves them half-configured. It
 * passes by itself, so a drain that has begun waits for it.
 */
export function packageManagerSource(parts: PackageManagerParts): PermissionSource {
  const hints = new Set<() => void>();
  const gate = openGate();
  let cancel: (() => void) | null = null;
  const over = (): void => {
    for (const hint of hints) hint();
  };
  const lookLater = (): void => {
    if (cancel !== null || hints.size === 0) return;
    cancel = parts.clock.timer(lookAgain, () => {
      cancel = null;
      void gate.enter(() => look(parts), never).then((answer) => (answer.is === 'refused' ? lookLater() : over()));
    });
  };
  return {
    name: 'package manager',
    async ask(signal) {
      const answer = await gate.enter(() => look(parts), signal);
      if (answer.is === 'refused') lookLater();
      return answer;
    },
    watch(hint, signal) {
      hints.add(hint);
      const leave = (): void => {
        hints.delete(hint);
        if (hints.size === 0) cancel?.();
        if (hints.size === 0) cancel = null;
      };
      signal.addEventListener('abort', leave, { once: true });
    },
  };
}

async function look({ root, isLocked, wanted }: PackageManagerParts): Promise<Permission> {
  if (!wanted()) return { is: 'allowed' };
  const refused: Reason[] = [];
  const unknown: Reason[] = [];
  for (const lock of locks) {
    const found = await lookAt(join(root, lock), isLocked);
    if (found === 'held') refused.push(reason('packages-changing', { lock }));
    else if (found !== 'free') unknown.push(reason('permission-unknown', { source: lock, why: found.error }));
  }
  const passing = unknown.length === 0;
  if (refused.length > 0) return { is: 'refused', reasons: [...refused, ...unknown], passing };
  return unknown.length > 0 ? { is: 'unknown', reasons: unknown } : { is: 'allowed' };
}

/** Closing the file would give up locks of this process on it (fcntl_locking(2)); it never has any there. */
async function lookAt(
  path: string,
  isLocked: PackageManagerParts['isLocked'],
): Promise<'free' | 'held' | { readonly error: string }> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    return isLocked === null ? { error: 'the native library is missing' } : isLocked(file.fd);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return 'free';
    return { error: outsideText(error instanceof Error ? error.message : String(error), 200) };
  } finally {
    await file?.close();
  }
}
