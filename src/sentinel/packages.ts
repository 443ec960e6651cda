import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorCode } from './error-text.ts';
import { reasonLines } from './reason-lines.ts';

/**
 * The packages that asked for the reboot. `content` is a part of the need's name; `reasons` are for people.
 *
 * Debian's notify-reboot-required appends the package's name to `<sentinel>.pkgs`, one a line, repeats included. The file is
 * optional, and one that cannot be read takes nothing from the sentinel itself: it asks for a reboot all the same.
 */
export interface Packages {
  readonly content: string;
  readonly reasons: readonly string[];
}

export async function readPackages(path: string): Promise<Packages> {
  try {
    const content = await readStart(path);
    return { content, reasons: reasonLines(content) };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { content: '', reasons: [] };
    return { content: `unreadable: ${code}`, reasons: [`the packages in ${path} cannot be read (${code})`] };
  }
}

const mostBytes = 64 * 1024;

/** The first 64 KiB, and the size with them, so that what is appended beyond still makes another need. */
async function readStart(path: string): Promise<string> {
  // O_NONBLOCK: a FIFO in its place must not hold the open for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes));
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return size > mostBytes ? `${text}\n(${size} bytes)` : text;
  } finally {
    await file.close();
  }
}
