import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Answer, no, unknown, yes } from '../core/answer.ts';
import { parseNote } from '../core/mark-text.ts';
import type { Memory } from '../core/memory.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Reason } from '../core/reasons.ts';
import type { CountMemory, KeptPart, MemoryStore, RoundMemory } from '../ports/host.ts';

/** A file of ours is a few hundred bytes, and less than this with all that people are still to be told; a longer one is not ours. */
const longestFile = 65_536;

/** What the decisions remember, the round of the sentinel's command, the metrics' counts and what people are still to be told, in one file. */
export interface MemoryFile extends MemoryStore {
  readonly round: RoundMemory;
  readonly counts: CountMemory;
  readonly notices: KeptPart;
}

/**
 * The memory in one JSON file. Written so that after a power cut either the old or the new text is there, never half of one: a
 * second file, fsync, rename, fsync of the folder. Reading: no when there is none yet, unknown when it cannot be read or
 * understood. A write keeps the parts that it does not name. Never throws; `because` makes the reason from a clause that
 * names the file.
 */
export function openMemoryFile(file: string, because: (why: string) => Reason): MemoryFile {
  let last: Promise<unknown> = Promise.resolve();
  // One after the other: they share the second file, and each keeps what the one before wrote.
  const write = (parts: object): Promise<Reason | null> => {
    const written = last.then(() => writeParts(file, parts, because));
    last = written;
    return written;
  };
  return {
    // A daemon that begins where another has ended reads what that one has left, to the last word.
    read: () => last.then(() => readMemory(file, because)),
    write: ({ backOff, waiting, fenced }) => write({ backOff, waiting, fenced }),
    round: {
      read: async () => roundIn(await readParts(file).catch(() => undefined)),
      keep: async (round) => (await write({ round })) === null,
    },
    counts: {
      read: async () => countsIn(await readParts(file).catch(() => undefined)),
      keep: (counts) => write({ counts }),
    },
    notices: {
      read: async () => noticesIn(await readParts(file).catch(() => undefined)),
      keep: (notices) => write({ notices }),
    },
  };
}

async function readMemory(file: string, because: (why: string) => Reason): Promise<Answer<Memory>> {
  try {
    const parts = await readParts(file);
    if (parts === undefined) return no;
    const memory = parseMemory(parts);
    return memory === null ? unknown(because(`${file} does not hold what it should`)) : yes(memory);
  } catch (error) {
    return unknown(because(`${file} cannot be read: ${message(error)}`));
  }
}

/** What the file holds; undefined when there is none. Throws when it cannot be read. */
async function readParts(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > longestFile) throw new Error('it is too long to be ours');
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function roundIn(parts: unknown): number | null {
  const round = isRecord(parts) ? parts['round'] : null;
  return isCount(round) ? Number(round) : null;
}

function countsIn(parts: unknown): Readonly<Record<string, number>> {
  const counts = isRecord(parts) ? parts['counts'] : null;
  if (!isRecord(counts)) return {};
  return Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => isCount(entry[1])));
}

function noticesIn(parts: unknown): unknown {
  return isRecord(parts) ? (parts['notices'] ?? null) : null;
}

async function writeParts(file: string, parts: object, because: (why: string) => Reason): Promise<Reason | null> {
  const next = `${file}.new`;
  try {
    const before = await readParts(file).catch(() => undefined);
    const kept = isRecord(before) && parseMemory(before) !== null ? before : {};
    await writeSynced(next, `${JSON.stringify({ ...kept, ...parts })}\n`);
    await rename(next, file);
    await syncFolder(dirname(file));
    return null;
  } catch (error) {
    await unlink(next).catch(() => {});
    return because(`${file} cannot be written: ${message(error)}`);
  }
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Without it the rename itself may be lost (fsync(2)). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The memory in parsed JSON, null when it has another shape. Absent parts are null: an older version wrote it. */
function parseMemory(value: unknown): Memory | null {
  if (!isRecord(value)) return null;
  const backOff = value['backOff'] ?? null;
  const waiting = value['waiting'] ?? null;
  if (backOff !== null && !(isRecord(backOff) && isCount(backOff['failures']) && isTime(backOff['until']))) return null;
  if (waiting !== null && !(isRecord(waiting) && isName(waiting['fingerprint']) && isTime(waiting['since'])))
    return null;
  const fenced = parseNote(value['fenced']);
  if (fenced === null && (value['fenced'] ?? null) !== null) return null;
  return { backOff, waiting, fenced } as Memory;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isName(value: unknown): boolean {
  return typeof value === 'string';
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function message(error: unknown): string {
  return outsideText(error instanceof Error ? error.message : String(error), 200);
}
