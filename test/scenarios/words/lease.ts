import { bootName } from '../../../src/core/boot-mark.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord, QueueEntry, Slot } from '../../../src/core/lease/record.ts';

/** The Lease as it stands, in one line. */
export function leaseWords(lease: LeaseObject | null): string {
  if (lease === null) return 'does not exist';
  const reading = readRecord(lease);
  if (!reading.readable) return `cannot be read: ${reading.why}`;
  const { record } = reading;
  const holders = record.holders.length === 0 ? 'free' : `held by ${record.holders.map(holderWords).join(', and by ')}`;
  const queue = record.queue.length === 0 ? [] : [`queue: ${queueWords(record.queue)}`];
  return [holders, ...queue, ...persons(record)].join('; ');
}

function queueWords(queue: readonly Slot<QueueEntry>[]): string {
  const words = queue.map(placeWords);
  return words.length <= 4 ? words.join(', ') : `${words.slice(0, 2).join(', ')}, … ${words.at(-1)} (${words.length})`;
}

function persons(record: LeaseRecord): readonly string[] {
  return [
    ...(record.concurrency === null ? [] : [`concurrency ${record.concurrency}`]),
    ...(record.paused === null ? [] : [`paused: ${record.paused || 'no reason given'}`]),
    ...(record.release === null ? [] : [`${record.release} is asked to release`]),
    ...(record.forceRelease === null ? [] : [`${record.forceRelease} is to be removed by force`]),
  ];
}

function holderWords(slot: Slot<Holder>): string {
  if (!slot.readable) return 'an entry that cannot be read';
  const { node, phase, claim, boot, attempt, starts, stuck, releaseAfter } = slot.entry;
  const more = [
    ...(attempt === 0 ? [] : [`fence ${attempt}`]),
    ...(starts === 0 ? [] : [`started again ${starts === 1 ? 'once' : `${starts} times`}`]),
    ...(stuck === undefined ? [] : [`stuck: ${stuck}`]),
    ...(releaseAfter === undefined ? [] : [`releases at ${releaseAfter}`]),
  ];
  return `${node} ${phase} (${[claim, bootName(boot), ...more].join(', ')})`;
}

function placeWords(slot: Slot<QueueEntry>): string {
  if (!slot.readable) return '?';
  const { node, priority } = slot.entry;
  return priority === 0 ? node : `${node} with priority ${priority}`;
}
