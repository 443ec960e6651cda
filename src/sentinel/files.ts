import type { BigIntStats } from 'node:fs';
import { readlink, realpath, stat, statfs } from 'node:fs/promises';
import { type Answer, no, unknown, yes } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import { outsideText } from '../core/outside-text.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import { openGate } from '../ports/gate.ts';
import type { Log } from '../ports/outlets.ts';
import type { NeedSource } from '../ports/source.ts';
import { errorCode, errorText } from './error-text.ts';
import { fingerprint } from './fingerprint.ts';
import { readPackages } from './packages.ts';
import { watchFile } from './watch.ts';

export interface FileSentinelDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** When this boot began, in milliseconds since 1970. */
  bootTime(): Promise<Answer<number>>;
}

/**
 * A file whose existence asks for a reboot. A regular file is yes, named by its real path, inode, mtime and packages;
 * nothing there is no. Everything else is unknown and says what it is: a link that leads nowhere, a directory, a file
 * that may not be looked at. It never opens or changes the file.
 */
export function fileSentinel(path: string, deps: FileSentinelDeps): NeedSource {
  const gate = openGate();
  return {
    name: path,
    look: async (signal) => {
      try {
        return await gate.enter(() => lookTwice(path, deps), signal);
      } catch (error) {
        return cannotTell(path, errorText(error));
      }
    },
    watch: (hint, signal) => watchFile(path, hint, { ...deps, gate }, signal),
  };
}

/** What fails because the file came or went between two calls is settled by a second look. */
async function lookTwice(path: string, deps: FileSentinelDeps): Promise<Answer<Need>> {
  try {
    return await lookOnce(path, deps);
  } catch {
    return await lookOnce(path, deps);
  }
}

async function lookOnce(path: string, deps: FileSentinelDeps): Promise<Answer<Need>> {
  const found = await statOrNull(path);
  if (found === null) return await lookAtNothing(path);
  if (!found.isFile()) return cannotTell(path, `it is ${kind(found)}, not a file`);
  const older = await isOlder(path, found, deps);
  if (older.is === 'unknown') return older;
  const real = await realpath(path);
  const packages = await readPackages(`${path}.pkgs`);
  return yes({
    fingerprint: fingerprint(['file', real, String(found.ino), String(found.mtimeNs), packages.content]),
    source: outsideText(path, 200),
    reasons: packages.reasons,
    older: older.is === 'yes',
  });
}

/** stat(2) says ENOENT for a missing file, a missing folder and a link that leads nowhere; only the last is no "no". */
async function lookAtNothing(path: string): Promise<Answer<Need>> {
  try {
    const target = await readlink(path);
    return cannotTell(path, `it is a link to ${outsideText(target, 200)}, which does not exist`);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return no;
    throw error;
  }
}

/** Yes: the file lies on a disk and was last written before this boot. A tmpfs or ramfs is empty when a boot begins. */
async function isOlder(path: string, found: BigIntStats, deps: FileSentinelDeps): Promise<Answer<true>> {
  const { type } = await statfs(path);
  if (inMemory.has(type)) return no;
  const boot = await deps.bootTime();
  if (boot.is !== 'yes') return boot;
  return Number(found.mtimeMs) < boot.value ? yes(true) : no;
}

/** TMPFS_MAGIC and RAMFS_MAGIC, statfs(2). */
const inMemory = new Set([0x0102_1994, 0x8584_58f6]);

async function statOrNull(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function kind(found: BigIntStats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a FIFO';
  return found.isSocket() ? 'a socket' : 'a device';
}

function cannotTell(path: string, why: string): Answer<never> {
  return unknown(reason('need-unknown', { source: outsideText(path, 200), why }));
}
