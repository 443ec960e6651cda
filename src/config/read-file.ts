import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ConfigProblem, type ProblemCode, problemIn } from './problem.ts';

export type FileReading =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'missing' }
  | { readonly is: 'refused'; readonly problem: ConfigProblem };

/** The most bytes that are read: far more than every key written out with its comments. */
export const largestConfig = 64 * 1024;

/**
 * Reads one file of at most 64 KiB of UTF-8, without a byte order mark. /dev/null reads as empty; any other thing that is
 * not a regular file is refused, a named pipe without waiting for its writer. `shownAs` is the name for errors.
 */
export async function readConfigFile(path: string, shownAs: string): Promise<FileReading> {
  const refused = refusalOf(shownAs);
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (isNullDevice(stats)) return { is: 'text', text: '' };
    if (!stats.isFile())
      return refused('unreadable', 'this is not a regular file, so it cannot be read as configuration');
    const buffer = Buffer.alloc(largestConfig + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = (await file.read(buffer, length, buffer.length - length, length)).bytesRead;
    }
    return readConfigBytes(length > largestConfig ? null : buffer.subarray(0, length), shownAs);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { is: 'missing' };
    return refused('unreadable', `the file cannot be read (${code}); check its permissions and those of its folders`);
  }
}

/** The same of bytes that were read already, wherever from; null: there were more than `largestConfig`. */
export function readConfigBytes(bytes: Buffer | null, shownAs: string): Exclude<FileReading, { is: 'missing' }> {
  const refused = refusalOf(shownAs);
  if (bytes === null)
    return refused('too-large', `this is larger than ${largestConfig / 1024} KiB, the most that is read`);
  try {
    return { is: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return refused('not-utf8', 'this is not UTF-8 text; save it as UTF-8');
  }
}

function refusalOf(shownAs: string): (code: ProblemCode, message: string) => { is: 'refused'; problem: ConfigProblem } {
  return (code, message) => ({ is: 'refused', problem: problemIn(code, shownAs, message) });
}

/** Whether it is /dev/null: character device 1, 3 on every Linux (the kernel's devices.txt). */
export function isNullDevice(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0x103;
}

/** The system's word for an error, such as `EACCES`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
