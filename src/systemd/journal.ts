import { fstatSync } from 'node:fs';
import type { JournalWriter } from '../ports/outlets.ts';
import { type Libc, longestDatagram } from './libc.ts';

/** Where journald takes native entries (systemd's Native Journal Protocol). */
export const journalSocket = '/run/systemd/journal/socket';

/** The longest value of one field, in bytes. */
const longestValue = 16_384;

/**
 * Writes entries in the Native Journal Protocol. Fields are bounded so that an entry always fits one datagram (no memfd): a
 * long value is cut, and fields that no longer fit are left out from the end, MESSAGE and its likes being first.
 */
export function openJournal(libc: Pick<Libc, 'send'>, socket: string = journalSocket): JournalWriter {
  return {
    write: (fields) => (libc.send(socket, journalDatagram(fields)) === 'sent' ? 'sent' : 'lost'),
  };
}

/** The datagram of one entry: `NAME=value` lines, and the binary form for values of several lines. */
export function journalDatagram(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (const [name, value] of fields) {
    if (!fieldName.test(name)) continue;
    const part = encodeField(name, value);
    if (length + part.length > longestDatagram) break;
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts);
}

/** journald drops other names, and names with a leading underscore as not to be trusted. */
const fieldName = /^[A-Z][A-Z0-9_]{0,63}$/;

function encodeField(name: string, value: string): Buffer {
  const data = cutBytes(Buffer.from(value));
  if (!data.includes('\n')) return Buffer.concat([Buffer.from(`${name}=`), data, newline]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([Buffer.from(`${name}\n`), size, data, newline]);
}

const newline = Buffer.from('\n');

/** At a character's boundary: continuation bytes of UTF-8 are 10xxxxxx. */
function cutBytes(data: Buffer): Buffer {
  if (data.length <= longestValue) return data;
  let end = longestValue;
  while (end > 0 && ((data[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return data.subarray(0, end);
}

/**
 * Whether what is written to the descriptor goes to the journal: JOURNAL_STREAM names its device and inode
 * (systemd.exec(5)). A service whose output was redirected, or a child that inherited the variable, gets no.
 */
export function isJournalStream(stream: string | undefined, fd: number): boolean {
  const match = /^(\d+):(\d+)$/.exec(stream ?? '');
  if (match === null) return false;
  try {
    const found = fstatSync(fd, { bigint: true });
    return `${found.dev}` === match[1] && `${found.ino}` === match[2];
  } catch {
    return false;
  }
}
