import { readRecord, writeRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import { leave, placeOf } from '../../src/core/lease/queue.ts';
import type { LeaseRecord } from '../../src/core/lease/record.ts';
import { forceRelease } from '../../src/core/lease/release.ts';
import { holder, waiting } from '../core/lease/samples.ts';
import { knowsOlder, stored } from './machine.ts';
import type { Add, Draft } from './parts.ts';
import { mono, wall } from './tokens.ts';
import { ownIn } from './witness.ts';

/** In a Lease that others have written since this machine knew it: what stands there of them is decided when it looks. */
const unknown = 'model/others';

/**
 * What the other nodes may do to the Lease at any moment, of which nothing is known but that each write keeps the guarantee
 * (`guarantee.ts`): of what is this machine's they may take away its place in the queue, by passing it by, and its entry when
 * an admin's annotation names it. All else of theirs is left open.
 */
export function othersWrite(of: Draft, add: Add): void {
  const { machine, lease, model } = of;
  if (!model.others) return;
  const reading = readRecord(lease);
  if (!reading.readable) return;
  const { record } = reading;
  const { name } = machine;
  if (!isOpen(lease) && isSeen(machine, record)) add('another node writes the Lease', null, () => opened(of, record));
  if (placeOf(record, name) !== null)
    add(`another node passes ${name} by`, null, () => opened(of, leave(record, name)));
  if (record.forceRelease !== name) return;
  const forced = forceRelease(record, name);
  if (forced.granted) add(`another node takes ${name} out as the admin wants`, null, () => opened(of, forced.record));
}

/**
 * Whether a write of others could make a difference now. It commutes with all a machine does that neither has anything of the
 * Lease under way or in doubt nor waits for others; so it is looked at where it comes last, right before it can be noticed.
 */
function isSeen({ process, late, name }: Draft['machine'], record: LeaseRecord): boolean {
  if (late.some((write) => write.do === 'write-lease')) return true;
  if (process === null) return false;
  if (process.flights.some(({ effect }) => effect.lane === 'lease') || process.state.facts.lease.doubt !== null)
    return true;
  return process.leaseWatch !== 'off' && ownIn(record, name) === null;
}

/** The Lease as this machine may find it now, each way in which the others may have left it. */
export function resolutions(of: Draft): readonly Draft[] {
  const { lease, model, machine } = of;
  if (!isOpen(lease)) return [of];
  const reading = readRecord(lease);
  if (!reading.readable) return [of];
  return records(reading.record, machine.name, model.settings.concurrency).map((after) => ({
    ...of,
    lease: closed(lease, after),
    leaseMoved: true,
  }));
}

/**
 * One entry stands for all that may be before this machine in the queue: of these it can only wait for the head, or for its
 * own turn by time, and of a moment that lies ahead any may be the next. Who is queued has one behind itself, whose place it has
 * to keep. Who holds looks at no queue before it has released and looked anew: what stands there stays.
 */
function records(record: LeaseRecord, name: string, limit: number): readonly LeaseRecord[] {
  const own = record.holders.filter((slot) => slot.readable && slot.entry.node === name);
  const place = record.queue.filter((slot) => slot.readable && slot.entry.node === name);
  const theirs = record.queue.filter((slot) => !place.includes(slot));
  const queues = own.length > 0 ? [theirs] : [[], [waiting('ahead', { limit })]];
  const behind = place.length > 0 ? [waiting('behind', { limit })] : [];
  return holderLists(limit - own.length, limit).flatMap((holders) =>
    queues.map((ahead) => ({ ...record, holders: [...holders, ...own], queue: [...ahead, ...place, ...behind] })),
  );
}

/** Up to so many other holders; whether their machines may be down counts only where there is room beside them. */
function holderLists(most: number, limit: number): readonly LeaseRecord['holders'][] {
  const lists: LeaseRecord['holders'][] = [[]];
  for (let count = 1; count <= most; count += 1) {
    const names = Array.from({ length: count }, (_, index) => `other-${index + 1}`);
    for (let down = 0; down <= (count < limit ? count : 0); down += 1)
      lists.push(names.map((name, index) => holder(name, { phase: index < down ? 'rebooting' : 'draining', limit })));
  }
  return lists;
}

function isOpen({ metadata }: LeaseObject): boolean {
  return metadata.annotations?.[unknown] !== undefined;
}

function opened(of: Draft, record: LeaseRecord): Draft {
  const { metadata, ...rest } = written(of.lease, record);
  const lease = { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, [unknown]: '?' } } };
  return { ...of, machine: knowsOlder(of.machine, 'lease'), lease, leaseMoved: true };
}

function closed(lease: LeaseObject, record: LeaseRecord): LeaseObject {
  const { metadata, ...rest } = written(lease, record);
  const { [unknown]: _, ...annotations } = metadata.annotations ?? {};
  return { ...rest, metadata: { ...metadata, annotations } };
}

function written(lease: LeaseObject, record: LeaseRecord): LeaseObject {
  return stored(writeRecord(lease, record, { mono, wall, chance: 'random' }));
}
