import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
import { leave, placeOf, type TurnWatch, watchTurn } from '../../../src/core/lease/queue.ts';
import type { Holder, LeaseRecord, Me, PoolSettings, Slot } from '../../../src/core/lease/record.ts';
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

/**
 * Several nodes and a person at one Lease, every step a read, one rule and a write. What the laws say about single steps is
 * checked after each by rules of the test's own, from the records before and after.
 */

const attempts = 3;
const reboot = { method: 'logind', attempts } as const;

type Deed = 'claim' | 'leave' | 'renew' | 'fence' | 'take-back' | 'back-out' | 'boot' | 'restart' | 'stuck' | 'release';
type PersonsDeed = 'ask' | 'force' | 'force-annotation' | 'pause' | 'resume' | 'limit' | 'break-entry';

type Step =
  | { readonly by: 'node'; readonly who: number; readonly deed: Deed; readonly wait: number }
  | { readonly by: 'person'; readonly who: number; readonly deed: PersonsDeed; readonly limit: number | null };

interface Node {
  readonly me: Me;
  readonly settings: PoolSettings;
  readonly turn: TurnWatch | null;
}

interface World {
  readonly object: LeaseObject;
  readonly nodes: readonly Node[];
  readonly mono: number;
  readonly steps: number;
  /** The test's own account of how long the head could have claimed and did not. */
  readonly head: { readonly id: string; readonly since: number } | null;
}

test('over any sequence of steps of several nodes and a person the laws of the record hold', () => {
  let claims = 0;
  let passed = 0;
  let fences = 0;
  const manySettings = fc.array(anySettings, { minLength: 3, maxLength: 4 });
  const manySteps = fc.array(anyStep, { minLength: 20, maxLength: 70, size: 'max' });
  fc.assert(
    fc.property(manySettings, fc.constantFrom(0, 0, 1, 31), manySteps, (settings, dead, steps) => {
      let world = begin(settings, dead);
      for (const step of steps) {
        const next = take(world, step);
        const after = recordOf(next.object);
        const wrote = next.object !== world.object;
        const before =
          wrote && step.by === 'node' ? honourForceRelease(recordOf(world.object)) : recordOf(world.object);
        checkShape(after);
        checkEntries(before, after);
        if (step.by === 'node') {
          const who = world.nodes[step.who % world.nodes.length];
          assert.ok(who);
          checkOthers(before, after, who.me, step.deed);
          if (step.deed === 'release' && wrote) checkRelease(before, after, who.me);
          claims += checkClaim(before, after, who, next.mono, world);
          passed += checkPassed(before, after, who.me);
          fences += checkFence(before, after, who);
        }
        world = next;
      }
    }),
    { numRuns: 2000 },
  );
  // A run in which nothing of note happened would prove nothing.
  assert.ok(claims > 3000 && passed > 100 && fences > 1000, `${claims} claims, ${passed} passed by, ${fences} fences`);
});

const anySettings: fc.Arbitrary<PoolSettings> = fc.record({
  concurrency: fc.constantFrom(1, 1, 2, 3),
  priority: fc.constantFrom(0, 0, 0, 1, -1),
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      by: fc.constant('node' as const),
      who: fc.nat({ max: 3 }),
      deed: fc.constantFrom<Deed>(
        'claim',
        'claim',
        'claim',
        'claim',
        'fence',
        'fence',
        'leave',
        'renew',
        'take-back',
        'back-out',
        'boot',
        'restart',
        'stuck',
        'release',
        'release',
      ),
      wait: fc.constantFrom(0, 0, 1000, 30_000, 60_000, 1_000_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constant('person' as const),
      who: fc.nat({ max: 3 }),
      deed: fc.constantFrom<PersonsDeed>(
        'ask',
        'force',
        'force-annotation',
        'pause',
        'resume',
        'resume',
        'resume',
        'limit',
        'break-entry',
        'force',
        'force-annotation',
      ),
      limit: fc.constantFrom(null, null, 1, 2, 40),
    }),
  },
);

function begin(settings: readonly PoolSettings[], dead: number): World {
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

function take(world: World, step: Step): World {
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

/** holderIdentity agrees, the queue is bounded, nobody is in a list twice or in both. */
function checkShape(record: LeaseRecord): void {
  assert.ok(record.queue.length <= 32);
  assert.ok(record.holders.length <= 32);
  const holders = record.holders.flatMap((slot) => (slot.readable ? [slot.entry.node] : []));
  const waiters = record.queue.flatMap((slot) => (slot.readable ? [slot.entry.node] : []));
  assert.equal(new Set([...holders, ...waiters]).size, holders.length + waiters.length);
}

const allowed: Readonly<Record<Holder['phase'], readonly Holder['phase'][]>> = {
  draining: ['draining', 'rebooting', 'backing-out', 'verifying'],
  rebooting: ['rebooting', 'draining', 'backing-out', 'verifying'],
  verifying: ['verifying'],
  'backing-out': ['backing-out'],
};

/** What no rewrite of an entry may do, whoever did it. */
function checkEntries(before: LeaseRecord, after: LeaseRecord): void {
  for (const slot of after.holders) {
    const old = before.holders.find((one) => one.readable && slot.readable && one.entry.claim === slot.entry.claim);
    if (!slot.readable || !old?.readable) continue;
    assert.deepEqual(slot.entry.boot, old.entry.boot);
    assert.equal(slot.entry.node, old.entry.node);
    assert.ok(allowed[old.entry.phase].includes(slot.entry.phase), `${old.entry.phase} → ${slot.entry.phase}`);
    assert.ok(slot.entry.attempt <= attempts);
    assert.ok(slot.entry.attempt >= old.entry.attempt && slot.entry.starts >= old.entry.starts);
    if (slot.entry.phase === old.entry.phase) assert.equal(slot.entry.since, old.entry.since);
  }
}

/** A node’s step leaves the holders’ entries of all others as they are, byte for byte, and what an admin set. */
function checkOthers(before: LeaseRecord, after: LeaseRecord, me: Me, deed: Deed): void {
  const texts = (slots: readonly Slot<Holder>[]) =>
    slots.filter((slot) => !slot.readable || slot.entry.node !== me.node).map((slot) => slot.text);
  assert.deepEqual(texts(after.holders), texts(before.holders));
  assert.deepEqual([after.paused, after.concurrency], [before.paused, before.concurrency]);
  if (deed !== 'claim') assert.deepEqual(queueWithout(after, me), queueWithout(before, me));
  if (after.release !== before.release) {
    assert.equal(before.release, me.node);
    assert.equal(deed, 'release');
  }
}

/** No entry is added at or above the limit, while paused, or by one that was not served its time. */
function checkClaim(before: LeaseRecord, after: LeaseRecord, own: Node, mono: number, world: World): number {
  if (after.transitions === before.transitions) {
    assert.ok(after.holders.length <= before.holders.length);
    return 0;
  }
  const { me, settings } = own;
  assert.equal(after.transitions, before.transitions + 1);
  assert.equal(after.holders.length, before.holders.length + 1);
  assert.equal(before.paused, null);
  assert.equal(mine(before, me), null);
  assert.ok(before.holders.length < limitOf(before, settings.concurrency));
  assert.equal(mine(after, me)?.phase, 'draining');
  const place = placeOf(before, me.node) ?? before.queue.length;
  if (place > 0) {
    assert.ok(world.head !== null, 'passed by a head that could not claim');
    assert.ok(mono - world.head.since >= place * 30_000, `place ${place} after ${mono - world.head.since} ms`);
  }
  assert.deepEqual(
    after.queue.map((slot) => slot.text),
    before.queue
      .slice(place)
      .filter((slot) => !slot.readable || slot.entry.node !== me.node)
      .map((slot) => slot.text),
  );
  return 1;
}

function checkPassed(before: LeaseRecord, after: LeaseRecord, me: Me): number {
  return after.transitions > before.transitions && (placeOf(before, me.node) ?? before.queue.length) > 0 ? 1 : 0;
}

/** A release takes exactly my entry and the request that names me. */
function checkRelease(before: LeaseRecord, after: LeaseRecord, me: Me): void {
  assert.equal(after.holders.length, before.holders.length - 1);
  assert.equal(mine(after, me), null);
  assert.equal(after.release, before.release === me.node ? null : before.release);
  assert.equal(after.transitions, before.transitions);
}

/** No fence while paused or asked to release, in another boot, or beside as many others as the limit that are away. */
function checkFence(before: LeaseRecord, after: LeaseRecord, own: Node): number {
  const [old, fenced] = [mine(before, own.me), mine(after, own.me)];
  if (old === null || fenced === null || fenced.attempt === old.attempt) return 0;
  assert.equal(fenced.phase, 'rebooting');
  assert.equal(fenced.by, own.me.by);
  assert.equal(fenced.boot.id, own.me.boot.id);
  assert.equal(before.paused, null);
  assert.notEqual(before.release, own.me.node);
  const away = before.holders.filter(
    (slot) =>
      !slot.readable || (slot.entry.node !== own.me.node && ['rebooting', 'verifying'].includes(slot.entry.phase)),
  );
  assert.ok(away.length < limitOf(before, own.settings.concurrency));
  return 1;
}

/** The limit by the design’s words, written a second time. */
function limitOf(record: LeaseRecord, own: number): number {
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

function queueWithout(record: LeaseRecord, me: Me): readonly (string | undefined)[] {
  return record.queue.filter((slot) => !slot.readable || slot.entry.node !== me.node).map((slot) => slot.text);
}

function recordAfter(
  ruling: { readonly granted: true; readonly record: LeaseRecord } | { readonly granted: false },
): LeaseRecord | null {
  return ruling.granted ? ruling.record : null;
}

function recordOf(object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  if (!reading.readable) throw new Error(reading.why);
  return reading.record;
}

function throughTheServer(object: LeaseObject): LeaseObject {
  return JSON.parse(JSON.stringify(object)) as LeaseObject;
}
