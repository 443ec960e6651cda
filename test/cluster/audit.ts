import { closeSync, existsSync, openSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { seen } from './waiting.ts';

/** One line of the API server's audit log, as far as tests look at it. */
export interface AuditEntry {
  readonly auditID: string;
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  readonly verb: string;
  readonly requestURI: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly impersonatedUser: string | undefined;
  readonly userAgent: string;
  readonly objectRef: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
  };
  readonly code: number;
  /** Both in microseconds since 1970, by the API server's clock. */
  readonly received: number;
  readonly answered: number;
  /** Only for writes of Nodes (not their status), of Leases outside kube-node-lease, and for evictions. */
  readonly requestObject: unknown;
  readonly responseObject: unknown;
}

/** What an entry must have; everything absent matches. */
export interface AuditFilter {
  readonly verb?: string | readonly string[];
  readonly user?: string;
  readonly impersonatedUser?: string;
  readonly resource?: string;
  /** "" means: the object itself. */
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code?: number;
  /** A watch has one at its start, too; default: ResponseComplete for all but watches, which count when they start. */
  readonly stage?: AuditEntry['stage'];
  /** Received at or after this many microseconds. */
  readonly since?: number;
}

/** The audit log: a witness that the program under test did not write. An answer may reach its client before its entry is here. */
export interface AuditLog {
  readonly path: string;
  /** All entries so far that match, in the order in which they were answered. */
  entries(filter?: AuditFilter): readonly AuditEntry[];
  /** Resolves with the entries that match once there are `count` of them, now or later. */
  awaitEntries(
    what: string,
    filter: AuditFilter,
    count?: number,
    milliseconds?: number,
  ): Promise<readonly AuditEntry[]>;
  /** Resolves with the first value that `look` makes of all entries, asked now and after each change. */
  until<T>(what: string, look: (entries: readonly AuditEntry[]) => T | undefined, milliseconds?: number): Promise<T>;
  /** A point in time by this machine's clock, which is the API server's too: for `since`. */
  now(): number;
}

export function openAuditLog(path: string): AuditLog {
  const read = reader(path);
  const entries: AuditLog['entries'] = (filter = {}) => read().filter((entry) => matches(entry, filter));
  return {
    path,
    entries,
    awaitEntries: (what, filter, count = 1, milliseconds = 10_000) =>
      seen(
        milliseconds,
        `${count} audit entries: ${what}`,
        () => {
          const found = entries(filter);
          return found.length >= count ? found : undefined;
        },
        (changed) => follow(path, changed),
        () => `${entries(filter).length} that match ${JSON.stringify(filter)}`,
      ),
    until: (what, look, milliseconds = 10_000) =>
      seen(
        milliseconds,
        `the audit log: ${what}`,
        () => look(read()),
        (changed) => follow(path, changed),
      ),
    now: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
  };
}

/** Reads on from where the last call ended; an unfinished last line waits for its end. */
function reader(path: string): () => readonly AuditEntry[] {
  const all: AuditEntry[] = [];
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(1 << 20);
  let position = 0;
  let rest = '';
  return () => {
    if (!existsSync(path)) return all;
    const file = openSync(path, 'r');
    try {
      for (let length = -1; length !== 0; position += length) {
        length = readSync(file, buffer, 0, buffer.length, position);
        const parts = (rest + decoder.write(buffer.subarray(0, length))).split('\n');
        rest = parts.pop() ?? '';
        for (const line of parts) all.push(entry(JSON.parse(line)));
      }
    } finally {
      closeSync(file);
    }
    return all;
  };
}

function follow(path: string, changed: () => void): () => void {
  const watcher = watch(dirname(path), (_event, name) => {
    if (name === null || name === basename(path)) changed();
  });
  return () => watcher.close();
}

interface RawEntry {
  readonly auditID: string;
  readonly stage: AuditEntry['stage'];
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: AuditEntry['objectRef'];
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
}

function entry(raw: RawEntry): AuditEntry {
  return {
    auditID: raw.auditID,
    stage: raw.stage,
    verb: raw.verb,
    requestURI: raw.requestURI,
    user: raw.user.username,
    groups: raw.user.groups ?? [],
    impersonatedUser: raw.impersonatedUser?.username,
    userAgent: raw.userAgent ?? '',
    objectRef: raw.objectRef ?? { resource: '' },
    code: raw.responseStatus?.code ?? 0,
    received: microseconds(raw.requestReceivedTimestamp),
    answered: microseconds(raw.stageTimestamp),
    requestObject: raw.requestObject,
    responseObject: raw.responseObject,
  };
}

/** "2026-01-02T03:04:05.678901Z": Date keeps milliseconds only. */
function microseconds(stamp: string): number {
  const [seconds = '', fraction = ''] = stamp.replace(/Z$/, '').split('.');
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function matches(entry: AuditEntry, filter: AuditFilter): boolean {
  const { objectRef } = entry;
  const stage = filter.stage ?? (entry.verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete');
  return (
    entry.stage === stage &&
    (filter.verb === undefined || [filter.verb].flat().includes(entry.verb)) &&
    (filter.user === undefined || filter.user === entry.user) &&
    (filter.impersonatedUser === undefined || filter.impersonatedUser === entry.impersonatedUser) &&
    (filter.resource === undefined || filter.resource === objectRef.resource) &&
    (filter.subresource === undefined || filter.subresource === (objectRef.subresource ?? '')) &&
    (filter.namespace === undefined || filter.namespace === objectRef.namespace) &&
    (filter.name === undefined || filter.name === objectRef.name) &&
    (filter.code === undefined || filter.code === entry.code) &&
    (filter.since === undefined || entry.received >= filter.since)
  );
}
