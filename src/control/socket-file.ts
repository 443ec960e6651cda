import { chmod, chown, lstat, mkdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { listenOn } from './listen-on.ts';

export interface SocketFile {
  readonly path: string;
  readonly mode: number;
  /** The group that may use it; where there is no such group, or it may not be given away, the process's own stays. */
  readonly group: string | null;
}

/** A bound socket file; `group` says whether the wanted group has it. */
export interface BoundSocketFile {
  readonly group: boolean;
  /** Removes the file if it is still this one. */
  remove(): Promise<void>;
}

/**
 * Binds a server to a unix socket file. The file has its mode and group from the first moment: it is made in a folder that
 * only the owner may enter and renamed into its place, over the file a killed process left. A folder that is missing is
 * made; anything there that is no socket is left alone and is an error (EEXIST). Errors are the system's own.
 */
export async function bindSocketFile(server: Server, file: SocketFile): Promise<BoundSocketFile> {
  await mkdir(dirname(file.path), { recursive: true, mode: 0o755 });
  await refuseOther(file.path);
  const hidden = join(dirname(file.path), `.${basename(file.path)}.new`);
  await rm(hidden, { recursive: true, force: true });
  await mkdir(hidden, { mode: 0o700 });
  try {
    const made = join(hidden, 's');
    await listenOn(server, { path: made });
    await chmod(made, file.mode);
    const group = await giveTo(made, file.group);
    const { ino } = await lstat(made);
    await rename(made, file.path);
    return { group, remove: () => removeIfOurs(file.path, ino) };
  } catch (error) {
    server.close();
    throw error;
  } finally {
    // What is left of it is in nobody's way: that it cannot be removed changes nothing about the socket.
    await rm(hidden, { recursive: true, force: true }).catch(() => {});
  }
}

async function refuseOther(path: string): Promise<void> {
  const found = await lstat(path).catch(absent);
  if (found === null || found.isSocket()) return;
  throw Object.assign(new Error(`EEXIST: ${path} exists and is not a socket`), { code: 'EEXIST' });
}

/**
 * Without CAP_CHOWN the owner may give a file only to a group that the process is in (chown(2)), and under a filter of system
 * calls to none; refused, the socket stays with the process's own group. Where that is the wanted one nothing is to be done.
 */
async function giveTo(path: string, group: string | null): Promise<boolean> {
  const id = group === null ? null : await groupId(group);
  if (id === null) return false;
  const { uid, gid } = await lstat(path);
  if (gid === id) return true;
  try {
    await chown(path, uid, id);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return false;
    throw error;
  }
}

/** The number of a group of this machine (group(5)); null when there is none of that name. */
async function groupId(name: string): Promise<number | null> {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const row = groups.split('\n').find((line) => line.startsWith(`${name}:`));
  const id = Number.parseInt(row?.split(':')[2] ?? '', 10);
  return Number.isNaN(id) ? null : id;
}

async function removeIfOurs(path: string, ino: number): Promise<void> {
  const found = await lstat(path).catch(absent);
  if (found?.isSocket() && found.ino === ino) await unlink(path).catch(absent);
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
