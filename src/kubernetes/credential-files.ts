import { open, stat } from 'node:fs/promises';
import { outsideText } from '../core/outside-text.ts';
import { CredentialError } from './credential-error.ts';
import { isAbsence } from './kubeconfig-places.ts';

/** What was read of a set of files, and what they looked like; the same looks mean the same content. */
export type FileLooks = ReadonlyMap<string, string>;

const longest = 1024 * 1024;

/** Reads one small text file. Rejects with CredentialError: `passing` when it is not there, as rotation removes a file before it puts the next one in its place. */
export async function readSmall(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longest + 1), 0, longest + 1, 0);
    if (bytesRead > longest) throw new CredentialError('unusable', `${path} is larger than a mebibyte`);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } catch (error) {
    throw error instanceof CredentialError ? error : unreadable(path, error);
  }
}

/** How the files look now, links followed: device, inode, size and both times to the nanosecond; `absent` where there is none. */
export async function looksOf(paths: readonly string[]): Promise<FileLooks> {
  const looks = new Map<string, string>();
  // One after the other: where the file system hangs, that takes one thread and not all there are.
  for (const path of paths) looks.set(path, await lookOf(path));
  return looks;
}

export function compareLooks(before: FileLooks, after: FileLooks): 'same' | 'changed' | 'absent' {
  let same = true;
  for (const [path, look] of before) {
    if (after.get(path) === absent) return 'absent';
    same &&= after.get(path) === look;
  }
  return same ? 'same' : 'changed';
}

const absent = 'absent';

async function lookOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return isAbsence(error) ? absent : 'unreadable';
  }
}

function unreadable(path: string, error: unknown): CredentialError {
  if (isAbsence(error)) return new CredentialError('passing', `${path} does not exist`, error);
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'EACCES' || code === 'EPERM') {
    return new CredentialError('unusable', refused(path), error);
  }
  return new CredentialError('unusable', `${path} cannot be read: ${outsideText(String(error), 200)}`, error);
}

/** The service is root and may be refused all the same: it has no capabilities, and its unit closes people's folders to it. */
function refused(path: string): string {
  const others = "run as root, and let the file belong to root, as the service has no capability to read others' files";
  return `reading ${path} is refused; ${homesClosed(path) ?? others}`;
}

/** Why the service is refused what is below people's folders, and what opens them; null for a path elsewhere. */
export function homesClosed(path: string): string | null {
  if (!/^\/(?:root|home|run\/user)\//.test(path)) return null;
  return "the service's unit closes /root and /home to it (ProtectHome=read-only in a drop-in opens them)";
}
