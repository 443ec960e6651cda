import assert from 'node:assert/strict';
import { claimOrJoin } from '../../../src/core/lease/claim.ts';
import { holderName } from '../../../src/core/lease/entry.ts';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import {
  declareBackOut,
  fence,
  markStuck,
  mine,
  recordStart,
  renew,
  takeFenceBack,
} from '../../../src/core/lease/hold.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import { leave, type TurnWatch, watchTurn } from '../../../src/core/lease/queue.ts';
import type { LeaseRecord, Me, PoolSettings } from '../../../src/core/lease/record.ts';
import {
  askRelease,
  forceRelease,
  honourForceRelease,
  pause,
  release,
  resume,
} from '../../../src/core/lease/release.ts';
import type { Now } from '../../../src/core/now.ts';
import { at, broken, lease, need, node, waiting } from './samples.ts';

/** Fences that one claim may have. */
export const attempts = 3;
const reboot = { method: 'logind', attempts } as const;

export type Deed =
  | 'claim'
  | 'leave'
  | 'renew'
  | 'fence'
  | 'take-back'
  | 'back-out'
  | 'boot'
  | 'restart'
  | 'stuck'
  | 'release';
export type PersonsDeed = 'ask' | 'force' | 'force-annotation' | 'pause' | 'resume' | 'limit' | 'break-entry';

/** One read, one rule and one write, or a person's. */
export type Step =
  | { readonly by: 'node'; readonly who: number; readonly deed: Deed; readonly wait: number }
  | { readonly by: 'person'; readonly who: number; readonly deed: PersonsDeed; readonly limit: number | null };

/** A node of the pool: its process, its settings and what it has watched of the queue. */
export interface Node {
  readonly me: Me;
  readonly settings: PoolSettings;
  readonly turn: TurnWatch | null;
}

/** One Lease and the nodes around it, as they are between two steps. */
export interface World {
  readonly object: LeaseObject;
  readonly nodes: readonly Node[];
  readonly mono: number;
  readonly steps: number;
  /** The test's own account of how long the head could have claimed and did not. */
  readonly head: { readonly id: string; readonly since: number } | null;
}

/** Nobody holds the Lease, and so many nodes that never move are queued. */
export function begin(settings: readonly PoolSettings[], dead: number): World {
  const queue = Array.from({ length: dead }, (_, index) =>
    index % 7 === 3 ? broken(`"dead ${index}"`) : waiting(`dead-${index}`, { limit: 3 }),
  );
  const record = { ...recordOf(lease()), queue };
  const object = writeRecord(lease(), record, at(0));
  const nodes = settings.map((own, index) => ({ me: node(`n${index}`), settings: own, turn: null }));
  return look({ object, nodes, mono: 0, steps: 0, head: null });
}

/** All nodes and the test look at the Lease as it is now. */
function look(world: World): World {
  const record = recordOf(world.object);
  const now = at(world.mono);
  const nodes = world.nodes.map((own) => ({ ...own, turn: watchTurn(own.turn, record, true, now) }));
  const head = headThatCould(record);
  const since = head === world.head?.id ? (world.head?.since ?? world.mono) : world.mono;
  return { ...world, nodes, head: head === null ? null : { id: head, since } };
}

/** The world after one step; the same Lease where the rule said no. */
export function take(world: World, step: Step): World {
  const waited = step.by === 'node' ? { ...world, mono: world.mono + step.wait } : world;
  const steps = world.steps + 1;
  const now = at(waited.mono, steps.toString(16).padStart(32, '0'));
  const own = waited.nodes[step.who % waited.nodes.length];
  assert.ok(own);
  const before = recordOf(world.object);
  const after =
    step.by === 'person'
      ? personDoes(before, step, own.me.node)
      : nodeDoes(honourForceRelease(before), step.deed, own, now);
  const nodes = waited.nodes.map((one) => (one === own ? started(one, step.deed, steps) : one));
  const object = after === null ? world.object : throughTheServer(writeRecord(world.object, after, now));
  return look({ ...waited, object, nodes, steps });
}

/** What a node writes; null when the rule says no. */
function nodeDoes(record: LeaseRecord, deed: Deed, own: Node, now: Now): LeaseRecord | null {
  const { me, settings, turn } = own;
  const claim = mine(record, me)?.claim ?? 'none';
  switch (deed) {
    case 'claim':
      return recordAfter(claimOrJoin(record, me, need, settings, turn, now));
    case 'leave':
      return leave(record, me.node);
    case 'renew':
      return recordAfter(renew(record, me, claim, now));
    case 'fence':
      return recordAfter(fence(record, me, claim, need, reboot, settings, now));
    case 'take-back':
      return recordAfter(takeFenceBack(record, me, claim, now));
    case 'back-out':
      return recordAfter(declareBackOut(record, me, claim, now));
    case 'stuck':
      return recordAfter(markStuck(record, me, claim, now.mono % 2 === 0 ? 'why' : null, now));
    case 'release':
      return recordAfter(release(record, me, claim));
    case 'boot': {
      const next = { ...me, boot: { id: `boot-${now.chance}`, soft: 0 } };
      return recordAfter(recordStart(record, next, now, true));
    }
    case 'restart':
      return recordAfter(recordStart(record, me, now, false));
  }
}

function personDoes(record: LeaseRecord, step: Extract<Step, { by: 'person' }>, name: string): LeaseRecord | null {
  switch (step.deed) {
    case 'ask':
      return recordAfter(askRelease(record, name));
    case 'force':
      return recordAfter(forceRelease(record, name));
    case 'force-annotation':
      return { ...record, forceRelease: name };
    case 'pause':
      return pause(record, 'why');
    case 'resume':
      return resume(record);
    case 'limit':
      return { ...record, concurrency: step.limit };
    case 'break-entry':
      return {
        ...record,
        holders: record.holders.map((slot) =>
          holderName(slot) === name ? broken(JSON.stringify({ node: name })) : slot,
        ),
      };
  }
}

/** A boot and a restart make another process of the node; the rest leaves it as it is. */
function started(own: Node, deed: Deed | PersonsDeed, steps: number): Node {
  if (deed !== 'boot' && deed !== 'restart') return own;
  const chance = steps.toString(16).padStart(32, '0');
  const by = `by-${chance}`;
  const me = deed === 'boot' ? { ...own.me, by, boot: { id: `boot-${chance}`, soft: 0 } } : { ...own.me, by };
  return { ...own, me, turn: null };
}

function recordAfter(
  ruling: { readonly granted: true; readonly record: LeaseRecord } | { readonly granted: false },
): LeaseRecord | null {
  return ruling.granted ? ruling.record : null;
}

/** The record of a Lease that we wrote: it can be read. */
export function recordOf(object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  if (!reading.readable) throw new Error(reading.why);
  return reading.record;
}

/** The limit by the design’s words, written a second time. */
export function limitOf(record: LeaseRecord, own: number): number {
  if (record.concurrency !== null) return Math.min(32, record.concurrency);
  const head = record.queue[0];
  const limits = [own, 32, ...record.holders.flatMap((slot) => (slot.readable ? [slot.entry.limit] : []))];
  return Math.min(...limits, ...(head?.readable ? [head.entry.limit] : []));
}

function headThatCould(record: LeaseRecord): string | null {
  const head = record.queue[0];
  if (head === undefined || record.paused !== null) return null;
  if (record.holders.length >= limitOf(record, 32)) return null;
  return head.readable ? head.entry.id : head.text;
}

function throughTheServer(object: LeaseObject): LeaseObject {
  return JSON.parse(JSON.stringify(object)) as LeaseObject;
}
