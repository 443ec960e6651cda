import assert from 'node:assert/strict';
import { mine } from '../../../src/core/lease/hold.ts';
import { placeOf } from '../../../src/core/lease/queue.ts';
import type { Holder, LeaseRecord, Me, Slot } from '../../../src/core/lease/record.ts';
import { attempts, type Deed, limitOf, type Node, type World } from './pool-world.ts';

/** holderIdentity agrees, the queue is bounded, nobody is in a list twice or in both. */
export function checkShape(record: LeaseRecord): void {
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
export function checkEntries(before: LeaseRecord, after: LeaseRecord): void {
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
export function checkOthers(before: LeaseRecord, after: LeaseRecord, me: Me, deed: Deed): void {
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
export function checkClaim(before: LeaseRecord, after: LeaseRecord, own: Node, mono: number, world: World): number {
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

export function checkPassed(before: LeaseRecord, after: LeaseRecord, me: Me): number {
  return after.transitions > before.transitions && (placeOf(before, me.node) ?? before.queue.length) > 0 ? 1 : 0;
}

/** A release takes exactly my entry and the request that names me. */
export function checkRelease(before: LeaseRecord, after: LeaseRecord, me: Me): void {
  assert.equal(after.holders.length, before.holders.length - 1);
  assert.equal(mine(after, me), null);
  assert.equal(after.release, before.release === me.node ? null : before.release);
  assert.equal(after.transitions, before.transitions);
}

/** No fence while paused or asked to release, in another boot, or beside as many others as the limit that are away. */
export function checkFence(before: LeaseRecord, after: LeaseRecord, own: Node): number {
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

function queueWithout(record: LeaseRecord, me: Me): readonly (string | undefined)[] {
  return record.queue.filter((slot) => !slot.readable || slot.entry.node !== me.node).map((slot) => slot.text);
}
