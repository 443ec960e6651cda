import { roomLimit } from '../core/lease/claim.ts';
import { describeHolders, describePause } from '../core/lease/describe.ts';
import { holderName } from '../core/lease/entry.ts';
import { readRecord } from '../core/lease/format.ts';
import type { HolderLook } from '../core/lease/holder-watch.ts';
import { type LeaseObject, leaseText } from '../core/lease/object.ts';
import type { Holder, LeaseRecord, Slot } from '../core/lease/record.ts';
import type { Now } from '../core/now.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Settings } from '../core/settings.ts';

/** A Lease as `lease show --json` prints it. `problem`: why it cannot be understood; then the rest is empty. */
export interface LeaseView {
  readonly name: string;
  readonly problem: string | null;
  readonly holders: readonly (HolderView & {
    /** Whether its Node exists; null: that cannot be told, or may not be asked. */
    readonly nodeExists: boolean | null;
  })[];
  readonly queue: readonly { readonly node: string; readonly since: string | null; readonly priority: number | null }[];
  /** How many may hold at once, by the annotation, this node's setting and the entries; null when it cannot be understood. */
  readonly limit: number | null;
  /** Why the pool is paused, maybe empty; null when it is not. */
  readonly paused: string | null;
  /** The node that is asked to give the Lease back. */
  readonly release: string | null;
  readonly forceRelease: string | null;
}

export interface HolderView {
  readonly node: string;
  /** Null when the entry cannot be read. */
  readonly phase: string | null;
  readonly since: string | null;
  readonly attempt: number | null;
  readonly stuck: string | null;
  /** When the release delay ends, by the clock of that node; null: none runs. */
  readonly releaseAfter: string | null;
}

/** What is known of whether holders' Nodes exist. */
export type NodeLooks = ReadonlyMap<string, HolderLook['is']>;

/** What a Lease says, for machines. */
export function leaseView(object: LeaseObject, settings: Settings, looks: NodeLooks): LeaseView {
  const reading = readRecord(object);
  const name = leaseText(object.metadata);
  if (!reading.readable) return { ...nothing, name, problem: reading.why };
  const { record } = reading;
  return {
    name,
    problem: null,
    holders: record.holders.map((slot) => {
      const look = slot.readable ? looks.get(slot.entry.node) : undefined;
      const nodeExists = look === 'exists' ? true : look === 'gone' ? false : null;
      return { ...holderView(slot), nodeExists };
    }),
    queue: record.queue.map((slot) =>
      slot.readable
        ? { node: slot.entry.node, since: outsideText(slot.entry.since, 40), priority: slot.entry.priority }
        : { node: '?', since: null, priority: null },
    ),
    limit: limitOf(record, settings),
    paused: record.paused === null ? null : outsideText(record.paused, 300),
    release: named(record.release),
    forceRelease: named(record.forceRelease),
  };
}

/** What a Lease says, a line a fact. */
export function leaseLines(object: LeaseObject, settings: Settings, now: Now, looks: NodeLooks): readonly string[] {
  const reading = readRecord(object);
  const name = `lease    ${leaseText(object.metadata)}`;
  if (!reading.readable) return [name, `problem  it cannot be understood and so counts as held: ${reading.why}`];
  const { record } = reading;
  const holders = record.holders.map((slot) => `holder   ${holderLine(slot, now, looks)}`);
  const queue = record.queue.map((slot, index) => {
    const who = slot.readable
      ? `${slot.entry.node} since ${outsideText(slot.entry.since, 40)}`
      : 'an entry that cannot be read';
    const first = slot.readable && slot.entry.priority !== 0 ? `, priority ${slot.entry.priority}` : '';
    return `queue    ${index + 1}. ${who}${first}`;
  });
  const paused = describePause(record);
  return [
    name,
    ...(holders.length === 0 ? ['holder   nobody'] : holders),
    ...(queue.length === 0 ? ['queue    empty'] : queue),
    `limit    ${limitOf(record, settings)}`,
    ...(paused === null ? [] : [`paused   ${paused}`]),
    ...(record.release === null ? [] : [`release  ${named(record.release)} is asked to give it back`]),
    ...(record.forceRelease === null
      ? []
      : [`release  the next node that writes removes the entry of ${named(record.forceRelease)}`]),
  ];
}

/** One holder as people read it: `n1, rebooting since 02:10 UTC (43 min)`. */
export function holderText(slot: Slot<Holder>, now: Now): string {
  return describeHolders({ holders: [slot] }, now);
}

/** All holders as people read them: `held by n1, draining since 02:10 UTC (43 min)`, or `it is free`. */
export function holdersOf(record: LeaseRecord, now: Now): string {
  return record.holders.length === 0 ? 'it is free' : `held by ${describeHolders(record, now)}`;
}

/** The entry of that node, by the name that spec.holderIdentity has for it; null when it holds nothing. */
export function slotOf(record: LeaseRecord, node: string): Slot<Holder> | null {
  return record.holders.find((slot) => holderName(slot) === node) ?? null;
}

const nothing: Omit<LeaseView, 'name' | 'problem'> = {
  holders: [],
  queue: [],
  limit: null,
  paused: null,
  release: null,
  forceRelease: null,
};

function holderLine(slot: Slot<Holder>, now: Now, looks: NodeLooks): string {
  const attempt = slot.readable && slot.entry.attempt > 0 ? `; reboot asked for ${times(slot.entry.attempt)}` : '';
  const gone = slot.readable && looks.get(slot.entry.node) === 'gone' ? '; its Node does not exist' : '';
  return `${holderText(slot, now)}${attempt}${gone}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

export function holderView(slot: Slot<Holder>): HolderView {
  const node = holderName(slot);
  if (!slot.readable) return { node, phase: null, since: null, attempt: null, stuck: null, releaseAfter: null };
  const { phase, since, attempt, stuck, releaseAfter } = slot.entry;
  const why = stuck === undefined ? null : outsideText(stuck, 300);
  return {
    node,
    phase,
    since: outsideText(since, 40),
    attempt,
    stuck: why,
    releaseAfter: outsideText(releaseAfter ?? '', 40) || null,
  };
}

function limitOf(record: LeaseRecord, settings: Settings): number {
  return roomLimit(record, { concurrency: settings.concurrency, priority: settings.lease.priority });
}

function named(text: string | null): string | null {
  return text === null ? null : outsideText(text, 253);
}
