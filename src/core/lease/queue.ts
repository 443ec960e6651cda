import { type Now, wallText } from '../now.ts';
import {
  type Holder,
  type LeaseRecord,
  type Me,
  mostHolders,
  mostQueued,
  newestFormat,
  type PoolSettings,
  type QueueEntry,
  type Ruling,
  type Slot,
} from './record.ts';

/**
 * How long the head is given before the one behind it may pass it by, milliseconds; the one k places behind gives k times
 * as much.
 */
export const turnStep = 30_000;

/**
 * That the head of the queue could claim and did not, as this process has watched it without a break.
 *
 * - `head`: the id of its entry; for an entry that cannot be read, its text.
 * - `since`: monotonic milliseconds of this process.
 */
export interface TurnWatch {
  readonly head: string;
  readonly transitions: number;
  readonly since: number;
}

/**
 * The node's place in the queue, the head's being 0; null when it has none. A place belongs to the node's name: a Node that
 * was deleted and registered anew, or a machine that was replaced, keeps it, and the claim is then made with what is true now.
 */
export function placeOf(record: LeaseRecord, node: string): number | null {
  const place = record.queue.findIndex((slot) => isOf(slot, node));
  return place === -1 ? null : place;
}

/**
 * Joins the queue behind the last entry of my priority. In a full queue a strictly higher priority takes the place of the
 * last entry of the lowest one. An entry that cannot be read counts as priority 0 and is not displaced.
 *
 * `id`: random, new for each joining.
 */
export function join(
  record: LeaseRecord,
  me: Me,
  settings: PoolSettings,
  id: string,
  now: Now,
): Ruling<'full' | 'already-queued' | 'holding'> {
  if (record.holders.some((slot) => slot.readable && slot.entry.node === me.node)) {
    return { granted: false, because: 'holding' };
  }
  if (placeOf(record, me.node) !== null) return { granted: false, because: 'already-queued' };
  const displaced = displacedBy(record.queue, settings.priority);
  if (displaced === null) return { granted: false, because: 'full' };
  const entry: QueueEntry = {
    node: me.node,
    uid: me.uid,
    id,
    limit: settings.concurrency,
    priority: settings.priority,
    since: wallText(now.wall),
    reads: newestFormat,
  };
  const staying = record.queue.filter((_, place) => place !== displaced);
  const ahead = staying.findLastIndex((slot) => priorityOf(slot) >= settings.priority) + 1;
  return { granted: true, record: { ...record, queue: staying.toSpliced(ahead, 0, { readable: true, entry }) } };
}

/** The record without the node's place; the very same record when it has none, so that nothing needs to be written. */
export function leave(record: LeaseRecord, node: string): LeaseRecord {
  if (placeOf(record, node) === null) return record;
  return { ...record, queue: record.queue.filter((slot) => !isOf(slot, node)) };
}

/**
 * Brings my place up to date after my settings changed: the limit in the entry, under the same id, and with another priority
 * a place behind the last of that. The very same record when nothing differs or I have no place.
 */
export function updatePlace(record: LeaseRecord, me: Me, settings: PoolSettings): LeaseRecord {
  const slot = record.queue.find((at) => isOf(at, me.node));
  if (slot === undefined || !slot.readable) return record;
  if (slot.entry.limit === settings.concurrency && slot.entry.priority === settings.priority) return record;
  const moved: Slot<QueueEntry> = {
    readable: true,
    entry: { ...slot.entry, limit: settings.concurrency, priority: settings.priority },
  };
  if (slot.entry.priority === settings.priority) {
    return { ...record, queue: record.queue.map((at) => (at === slot ? moved : at)) };
  }
  const others = record.queue.filter((at) => at !== slot);
  const ahead = others.findLastIndex((at) => priorityOf(at) >= settings.priority) + 1;
  return { ...record, queue: others.toSpliced(ahead, 0, moved) };
}

/**
 * Goes on watching the head with one more look at the record: since when, without a break, its entry could have claimed (not
 * paused, and room by its own limit) and did not. Null when it could not or there is no queue. Changes elsewhere in the
 * record do not restart it; another head, a claim by anybody, and a break do.
 *
 * `unbroken`: nothing was missed since the look that gave `previous`. For one who polls, reads without a failed one between
 * them count: a claim in between shows in leaseTransitions, and without one the room cannot have become less.
 */
export function watchTurn(
  previous: TurnWatch | null,
  record: LeaseRecord,
  unbroken: boolean,
  now: Now,
): TurnWatch | null {
  const head = record.queue[0];
  if (head === undefined || !headCouldClaim(record, head)) return null;
  const watch: TurnWatch = { head: idOf(head), transitions: record.transitions, since: now.mono };
  return unbroken && previous !== null && sameWatch(previous, watch) ? previous : watch;
}

/**
 * Whether it is my turn: nobody waits or I am the head, at once; k places behind, after the head was watched for k times 30 s.
 * A node that has no place counts as the one behind the last when the queue is full; else it joins first.
 */
export function isMyTurn(record: LeaseRecord, me: Me, turn: TurnWatch | null, now: Now): boolean {
  const head = record.queue[0];
  if (head === undefined) return true;
  const place = placeOf(record, me.node) ?? (record.queue.length >= mostQueued ? record.queue.length : null);
  if (place === null) return false;
  if (place === 0) return true;
  if (turn === null || turn.head !== idOf(head) || turn.transitions !== record.transitions) return false;
  return headCouldClaim(record, head) && now.mono - turn.since >= place * turnStep;
}

/**
 * The strictest limit of the pool as somebody with the limit `own` sees it: the admin's annotation, else the smallest of
 * `own`, the head's, and those the holders claimed under. Entries that cannot be read have no say; at most 32.
 */
export function strictestLimit(record: LeaseRecord, own: number): number {
  if (record.concurrency !== null) return Math.min(record.concurrency, mostHolders);
  const listed: readonly Slot<QueueEntry | Holder>[] = [...record.queue.slice(0, 1), ...record.holders];
  return Math.min(own, mostHolders, ...listed.map(limitOf));
}

/** Whether nothing but the head itself keeps it from claiming. A head that its own stricter limit holds back is not passed by. */
function headCouldClaim(record: LeaseRecord, head: Slot<QueueEntry>): boolean {
  return record.paused === null && record.holders.length < strictestLimit(record, limitOf(head));
}

/** The place to give up for a newcomer: -1 for none, null when the queue is full for it. */
function displacedBy(queue: readonly Slot<QueueEntry>[], priority: number): number | null {
  if (queue.length < mostQueued) return -1;
  const lowest = Math.min(...queue.filter((slot) => slot.readable).map(priorityOf));
  return lowest < priority ? queue.findLastIndex((slot) => slot.readable && slot.entry.priority === lowest) : null;
}

function sameWatch(a: TurnWatch, b: TurnWatch): boolean {
  return a.head === b.head && a.transitions === b.transitions;
}

function idOf(slot: Slot<QueueEntry>): string {
  return slot.readable ? slot.entry.id : slot.text;
}

function isOf(slot: Slot<QueueEntry>, node: string): boolean {
  return slot.readable && slot.entry.node === node;
}

function priorityOf(slot: Slot<QueueEntry>): number {
  return slot.readable ? slot.entry.priority : 0;
}

function limitOf(slot: Slot<QueueEntry | Holder>): number {
  return slot.readable ? slot.entry.limit : mostHolders;
}
