import { annotation } from '../../../src/core/lease/format.ts';
import type { Holder, LeaseRecord, Slot } from '../../../src/core/lease/record.ts';
import { askRelease, forceRelease, pause, resume } from '../../../src/core/lease/release.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import { holder, holding, waiting, wall } from '../lease/samples.ts';
import type { OthersDeed, PersonsDeed } from './actions.ts';
import type { Around } from './world-parts.ts';

/** What a person does to the Lease, the Node, or the service. */
export function person(world: Around, deed: PersonsDeed) {
  const { server } = world;
  switch (deed) {
    case 'cordon':
      return server.cordonByHand(true);
    case 'uncordon':
      return server.cordonByHand(false);
    case 'take-mark':
      return server.takeMarkByHand();
    case 'pause':
      return server.edit((record) => pause(record, 'maintenance'));
    case 'resume':
      return server.edit(resume);
    case 'ask-release':
      return server.edit((record) => granted(askRelease(record, 'n1'), record));
    case 'force-release':
      return server.edit((record) => granted(forceRelease(record, 'n1'), record));
    case 'force-by-annotation':
      return server.annotateLease(annotation.forceRelease, 'n1');
    case 'retry':
      return world.tell({ on: 'retry' });
    case 'hold':
      return server.annotateNode(holdAnnotation, 'a restore');
    case 'unhold':
      return server.annotateNode(holdAnnotation, null);
    case 'request':
      return server.annotateNode(requestAnnotation, 'firmware');
    case 'cancel':
      return server.annotateNode(requestAnnotation, null);
    case 'break-lease':
      return server.annotateLease(annotation.format, '99');
    case 'mend-lease':
      return server.annotateLease(annotation.format, null);
    case 'delete-lease':
      return server.deleteLease();
    case 'create-lease':
      return server.createLease();
    case 'old-mark-back':
      return server.markAgain();
    case 'delete-node':
      return server.deleteNode();
    case 'register-node':
      return server.registerNode(world.boot.id, wall + world.mono + 1);
    case 'delete-peer':
      server.peer = false;
      return;
    case 'register-peer':
      server.peer = true;
      return;
  }
}

/** What another node does to the Lease. */
export function other(world: Around, deed: OthersDeed): void {
  world.server.edit((record) => {
    const without = record.holders.filter((slot) => !slot.readable || slot.entry.node !== 'n2');
    const queue = record.queue.filter((slot) => !slot.readable || slot.entry.node !== 'n2');
    if (deed === 'releases') return { ...record, holders: without };
    if (deed === 'leaves') return { ...record, queue };
    if (deed === 'forges') return forged(record, {});
    if (deed === 'forges-claim') return forged(record, { claim: 'forged' });
    if (deed === 'writes') return { ...record, holders: record.holders.map(renewed) };
    if (deed === 'takes-over') return world.server.node === null ? withoutOurs(record) : record;
    if (deed === 'queues') return { ...record, queue: [...queue, waiting('n2')] };
    if (record.paused !== null || holding(record).length > 0) return record;
    return {
      ...record,
      queue,
      holders: [...without, holder('n2', { phase: 'rebooting' })],
      transitions: record.transitions + 1,
    };
  });
}

/** The other holder says that it is alive. */
function renewed(slot: Slot<Holder>): Slot<Holder> {
  if (!slot.readable || slot.entry.node !== 'n2') return slot;
  return { readable: true, entry: { ...slot.entry, starts: slot.entry.starts + 1 } };
}

/** Our entry says that it was made in a boot that never was. */
function forged(record: LeaseRecord, change: Partial<Holder>): LeaseRecord {
  const boot = { id: forgedBoot, soft: 0 };
  const holders = record.holders.map((slot) =>
    slot.readable && slot.entry.node === 'n1'
      ? ({ readable: true, entry: { ...slot.entry, boot, ...change } } as const)
      : slot,
  );
  return { ...record, holders };
}

export const forgedBoot = 'boot-forged';

function withoutOurs(record: LeaseRecord): LeaseRecord {
  return { ...record, holders: record.holders.filter((slot) => !slot.readable || slot.entry.node !== 'n1') };
}

function granted<T>(ruling: { readonly granted: boolean; readonly record?: T }, record: T): T {
  return ruling.granted && ruling.record !== undefined ? ruling.record : record;
}
