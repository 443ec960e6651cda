import type { Now } from '../now.ts';
import { outsideText } from '../outside-text.ts';
import { holderName, holderText, queueEntryText, readHolder, readQueueEntry } from './entry.ts';
import { jsonElements, jsonList } from './json-list.ts';
import type { LeaseObject, LeaseSpec } from './object.ts';
import { type Holder, type LeaseRecord, newestFormat, type QueueEntry, type Slot } from './record.ts';

/** The record an object holds, or why it cannot be understood; what cannot be understood counts as held and is never written. */
export type Reading =
  | { readonly readable: true; readonly record: LeaseRecord }
  | { readonly readable: false; readonly why: string };

/** The annotations that are the record. */
export const annotation = {
  format: 'kured-host/format',
  holders: 'kured-host/holders',
  queue: 'kured-host/queue',
  concurrency: 'kured-host/concurrency',
  paused: 'kured-host/paused',
  release: 'kured-host/release',
  forceRelease: 'kured-host/force-release',
  /** Random in each write, so that each write moves the resourceVersion. */
  write: 'kured-host/write',
} as const;

/**
 * leaseDurationSeconds while held: about as long as a drain and a boot take. Nobody takes a claim by its age; the field is
 * there for what shows Leases.
 */
const heldSeconds = 3600;

/**
 * Reads the record from a Lease; `why` names the annotation or field to mend. Absent annotations and an absent spec are the
 * empty record.
 *
 * An element of a list that is JSON but no entry counts as one place and is kept byte for byte. spec.holderIdentity has to
 * name the holders in their order; an element that names no node is `?` there when we write, and any one name does when
 * read, so that one broken element does not keep the others from their release.
 */
export function readRecord(object: LeaseObject): Reading {
  const annotations = object.metadata.annotations ?? {};
  const format = readFormat(annotations[annotation.format]);
  if (!format.readable) return format;
  const holders = readList(annotation.holders, annotations[annotation.holders], readHolder);
  if (!holders.readable) return holders;
  const queue = readList(annotation.queue, annotations[annotation.queue], readQueueEntry);
  if (!queue.readable) return queue;
  const concurrency = readConcurrency(annotations[annotation.concurrency]);
  if (!concurrency.readable) return concurrency;
  const transitions = readTransitions(object.spec);
  if (!transitions.readable) return transitions;
  const disagreement = disagreesWithIdentity(holders.value, object.spec?.holderIdentity);
  if (disagreement !== null) return unreadable(disagreement);
  return {
    readable: true,
    record: {
      format: format.value,
      holders: holders.value,
      queue: queue.value,
      concurrency: concurrency.value,
      paused: annotations[annotation.paused] ?? null,
      release: named(annotations[annotation.release]),
      forceRelease: named(annotations[annotation.forceRelease]),
      transitions: transitions.value,
    },
  };
}

/**
 * The whole object to PUT: `base` with our annotations and the Lease's fields replaced and all else as it was. It always
 * differs from `base` (annotation `kured-host/write`), because a PUT that changes nothing does not move the resourceVersion
 * and so would not shut out a request that lands late.
 *
 * The fields are as client-go's leader election means them: acquireTime is set when leaseTransitions moved, renewTime when
 * the holders' entries changed, and a Lease that became free keeps its transitions and gets a duration of 1.
 *
 * Format N + 1 may be written only when every holder and every queue entry can be read and `reads` N + 1, and `newestFormat`
 * is N + 1 at least: an older holder would otherwise be locked out of its own release. A record of a format that this
 * version does not know never comes from `readRecord`; writing one throws.
 */
export function writeRecord(base: LeaseObject, record: LeaseRecord, now: Now): LeaseObject {
  if (record.format > newestFormat) {
    throw new RangeError(`a Lease of format ${record.format} cannot be written: this version knows ${newestFormat}`);
  }
  return withAnnotations(
    { ...base, ...specOf(base, record, now) },
    {
      [annotation.format]: String(record.format),
      [annotation.holders]: listText(record.holders.map(holderText)),
      [annotation.queue]: listText(record.queue.map(queueEntryText)),
      [annotation.concurrency]: record.concurrency === null ? null : String(record.concurrency),
      [annotation.paused]: record.paused,
      [annotation.release]: record.release,
      [annotation.forceRelease]: record.forceRelease,
      [annotation.write]: now.chance,
    },
  );
}

/**
 * The object to PUT only to settle an earlier write on the same base whose outcome is unknown: nothing but the write
 * annotation changes. One of the two lands and the other gets 409. Sound for an unreadable Lease as well.
 */
export function settleWrite(base: LeaseObject, now: Now): LeaseObject {
  return withAnnotations(base, { [annotation.write]: now.chance });
}

/** The holders as spec.holderIdentity names them; empty text when there are none. */
export function holderIdentity(record: LeaseRecord): string {
  return record.holders.map(holderName).join(',');
}

type Part<T> = { readonly readable: true; readonly value: T } | { readonly readable: false; readonly why: string };

function unreadable(why: string): { readonly readable: false; readonly why: string } {
  return { readable: false, why };
}

function part<T>(value: T): Part<T> {
  return { readable: true, value };
}

function readFormat(text: string | undefined): Part<number> {
  if (text === undefined) return part(1);
  const format = wholeNumber(text);
  if (format === null)
    return unreadable(`the annotation ${annotation.format} is not a number from 1: "${outsideText(text, 40)}"`);
  if (format > newestFormat) {
    return unreadable(
      `the annotation ${annotation.format} says ${format}, and this version reads up to ${newestFormat}; a newer kured-host wrote it`,
    );
  }
  return part(format);
}

function readList<T extends Slot<Holder> | Slot<QueueEntry>>(
  name: string,
  text: string | undefined,
  read: (text: string) => T,
): Part<readonly T[]> {
  if (text === undefined) return part([]);
  const elements = jsonElements(text);
  return elements === null ? unreadable(`the annotation ${name} is not a JSON list`) : part(elements.map(read));
}

function readConcurrency(text: string | undefined): Part<number | null> {
  if (text === undefined) return part(null);
  const limit = wholeNumber(text);
  return limit === null
    ? unreadable(`the annotation ${annotation.concurrency} is not a number from 1: "${outsideText(text, 40)}"`)
    : part(limit);
}

/** What a request names, by the names of spec.holderIdentity; a name that nobody has asks nothing of anybody. */
function named(text: string | undefined): string | null {
  return text?.trim() || null;
}

function readTransitions(spec: LeaseSpec | undefined): Part<number> {
  const transitions = spec?.leaseTransitions ?? 0;
  return Number.isSafeInteger(transitions) && transitions >= 0
    ? part(transitions)
    : unreadable(`spec.leaseTransitions is not a number from 0: "${outsideText(String(transitions), 40)}"`);
}

/** One to nine digits: enough for every number here, and no rounding. */
function wholeNumber(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : null;
}

function disagreesWithIdentity(holders: readonly Slot<Holder>[], identity: string | undefined): string | null {
  const inList = holders.map(holderName);
  const inSpec = identity === undefined || identity === '' ? [] : String(identity).split(',');
  const agrees =
    inList.length === inSpec.length &&
    inList.every((name, at) => name === inSpec[at] || (name === '?' && inSpec[at] !== ''));
  if (agrees) return null;
  const list = inList.length === 0 ? 'nobody' : `"${outsideText(inList.join(','), 120)}"`;
  const spec = inSpec.length === 0 ? 'nobody' : `"${outsideText(inSpec.join(','), 120)}"`;
  return `the annotation ${annotation.holders} names ${list} and spec.holderIdentity names ${spec}`;
}

function specOf(base: LeaseObject, record: LeaseRecord, now: Now): { readonly spec?: LeaseSpec } {
  const before: LeaseSpec = base.spec ?? {};
  const { holderIdentity: _, ...kept } = before;
  const renewed = listText(record.holders.map(holderText)) !== heldBefore(base);
  const free = record.holders.length === 0;
  const acquired = record.transitions !== (before.leaseTransitions ?? 0) || (renewed && free);
  const spec: LeaseSpec = {
    ...kept,
    ...(free ? {} : { holderIdentity: holderIdentity(record) }),
    ...(renewed ? { leaseDurationSeconds: free ? 1 : heldSeconds, renewTime: microTime(now) } : {}),
    ...(acquired ? { acquireTime: microTime(now), leaseTransitions: record.transitions } : {}),
  };
  return base.spec === undefined && Object.keys(spec).length === 0 ? {} : { spec };
}

function heldBefore(base: LeaseObject): string | null {
  const text = base.metadata.annotations?.[annotation.holders];
  return text === undefined ? null : listText(jsonElements(text) ?? []);
}

/** metav1.MicroTime: RFC 3339 in UTC with exactly six digits of a second. */
function microTime(now: Now): string {
  return new Date(now.wall).toISOString().replace('Z', '000Z');
}

/** Null for an empty list, whose annotation is left out. */
function listText(elements: readonly string[]): string | null {
  return elements.length === 0 ? null : jsonList(elements);
}

/** Null removes an annotation. */
function withAnnotations(base: LeaseObject, changes: Readonly<Record<string, string | null>>): LeaseObject {
  const kept = Object.entries(base.metadata.annotations ?? {}).filter(([name]) => !Object.hasOwn(changes, name));
  const changed = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== null);
  return { ...base, metadata: { ...base.metadata, annotations: Object.fromEntries([...kept, ...changed]) } };
}
