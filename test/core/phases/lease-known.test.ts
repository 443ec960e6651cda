import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { WatchResult } from '../../../src/core/phases/event.ts';
import type { Facts, LeaseFacts } from '../../../src/core/phases/facts.ts';
import { leaseRead, leaseWatched, leaseWritten, sameLease } from '../../../src/core/phases/observe-lease.ts';
import { at, holder, waiting } from '../lease/samples.ts';
import { moment, moments, raw } from './samples.ts';
import { leaseOf, lost } from './server.ts';

const early = at(moment - 100_000);

/** A Lease of this resourceVersion, with another holder and a queue. */
function lease(resourceVersion: string, uid = 'lease-1'): LeaseObject {
  const object = leaseOf({ transitions: 3, holders: [holder('h1')], queue: [waiting('q1')], concurrency: 2 });
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
}

/** Read and watched for a while; what its holders and its head did is known since then. */
function known(change: Partial<LeaseFacts> = {}): Facts {
  const { facts } = raw({ name: 'queued', leaving: null });
  const watched = { ...facts, lease: { ...facts.lease, watch: 'starting' as const, current: false, notBefore: 0 } };
  const seen = leaseWatched(watched, { is: 'listed', objects: [lease('7')] }, early);
  return { ...seen, lease: { ...seen.lease, ...change } };
}

const versionOf = ({ lease: { seen } }: Facts) =>
  seen.is === 'lease' ? seen.object.metadata.resourceVersion : seen.is;
const read = (facts: Facts, object: LeaseObject, how: 'consistent' | 'any' = 'consistent') =>
  leaseRead(facts, { is: 'found', object }, how, moments.now);
const told = (facts: Facts, what: WatchResult<LeaseObject>) => leaseWatched(facts, what, moments.now);
const wrote = (facts: Facts, result: Parameters<typeof leaseWritten>[1]) =>
  leaseWritten(facts, result, 'lease-1/7', moments.now);

/** Since when the one other holder, and the head of the queue, are watched without a break. */
const since = ({ holders: [one], turn }: Facts) => [one?.since, turn?.since];

describe('the Lease as it is known', () => {
  it('is that of this pool: name and namespace', () => {
    const { ref } = known().lease;
    assert.ok(sameLease({ ...ref }, known()));
    assert.ok(!sameLease({ ...ref, name: 'kured-host-edge' }, known()));
    assert.ok(!sameLease({ ...ref, namespace: 'ops' }, known()));
  });

  it('is never exchanged for an older one of the same object', () => {
    for (const [object, stays] of [
      [lease('6'), true],
      [lease('7'), false],
      [lease('8'), false],
      [lease('6', 'lease-2'), false],
    ] as const) {
      const { resourceVersion, uid } = object.metadata;
      const after = stays ? '7' : resourceVersion;
      assert.equal(versionOf(told(known(), { is: 'changed', object })), after, `${uid}/${resourceVersion}`);
      // Recovery that begins meanwhile gives the watch up, and wants to read anew; what was told is no older for it.
      for (const change of [{}, { current: false, watch: 'off' }] as const) {
        assert.equal(versionOf(read(known({ toldSince: true, ...change }), object)), after);
        assert.equal(versionOf(wrote(known({ toldSince: true, ...change }), { is: 'written', object })), after);
      }
    }
    // Where no watch told of what is newer since the request was begun, its answer counts: an older state may have been restored.
    assert.equal(versionOf(read(known(), lease('6'))), '6');
    assert.equal(versionOf(read(known({ toldSince: true, watch: 'broken' }), lease('6'))), '6');
  });

  it('is not exchanged for an older one that a list shows, and is no base until a read tells which of the two is late', () => {
    for (const change of [
      {},
      { watch: 'broken' },
      { watch: 'starting', current: false, doubt: 'lease-1/7' },
    ] as const) {
      const listed = told(known(change), { is: 'listed', objects: [lease('6')] });
      const { watch, current, contradicted, doubt, wentBackUntil } = listed.lease;
      assert.deepEqual([versionOf(listed), watch, current, contradicted], ['7', 'running', false, true]);
      assert.deepEqual([doubt, wentBackUntil], [known(change).lease.doubt, 0]);
      // Where the past was restored, what was watched is void.
      assert.deepEqual(since(listed), [undefined, undefined]);
      for (const version of ['6', '7', '8']) {
        const after = read(listed, lease(version));
        assert.deepEqual([versionOf(after), after.lease.current, after.lease.contradicted], [version, true, false]);
      }
      const fewer = { ...lease('6'), spec: { ...lease('6').spec, leaseTransitions: 2 } };
      assert.ok(read(listed, fewer).lease.wentBackUntil > moment);
      assert.equal(leaseRead(listed, { is: 'gone' }, 'consistent', moments.now).lease.contradicted, false);
      assert.equal(told(listed, { is: 'changed', object: lease('8') }).lease.contradicted, false);
    }
  });

  it('by a read from a cache is no base for a write, and by a consistent one is', () => {
    assert.equal(read(known(), lease('8'), 'any').lease.current, false);
    assert.equal(read(known({ current: false }), lease('8')).lease.current, true);
    assert.equal(leaseRead(known(), { is: 'failed', reason: lost }, 'consistent', moments.now).lease.current, false);
    assert.equal(versionOf(leaseRead(known(), { is: 'gone' }, 'consistent', moments.now)), 'gone');
  });

  it('is watched without a break as long as nothing can have been missed', () => {
    const from = [early.mono, early.mono];
    const anew = [moment, moment];
    assert.deepEqual(since(read(known(), lease('8'))), from);
    assert.deepEqual(since(read(known({ watch: 'off' }), lease('8'), 'any')), from);
    assert.deepEqual(since(read(known({ watch: 'broken' }), lease('8'))), anew);
    assert.deepEqual(since(told(known(), { is: 'changed', object: lease('8') })), from);
    assert.deepEqual(since(told(known(), { is: 'listed', objects: [lease('8')] })), from);
    assert.deepEqual(since(told(known({ watch: 'broken' }), { is: 'listed', objects: [lease('8')] })), anew);
    // Who polled before has seen every claim in between, but not every renewal.
    assert.deepEqual(since(told(known({ watch: 'starting' }), { is: 'listed', objects: [lease('8')] })), [
      moment,
      early.mono,
    ]);
    for (const what of [
      { is: 'deleted', object: lease('7') },
      { is: 'broken', reason: lost },
    ] as const) {
      assert.deepEqual(since(told(known(), what)), [undefined, undefined], what.is);
      assert.equal(told(known(), what).lease.watch, what.is === 'broken' ? 'broken' : 'running');
    }
    assert.equal(told(known({ watch: 'off' }), { is: 'deleted', object: lease('7') }).lease.seen.is, 'lease');
  });
});

describe('a write of the Lease', () => {
  const doubted = known({ doubt: 'lease-1/7', unmoved: true, failures: 2, conflicts: 2 });

  it('that was done, or found no Lease, leaves no doubt', () => {
    for (const result of [{ is: 'written', object: lease('8') }, { is: 'gone' }] as const) {
      const { doubt, unmoved, current, failures } = wrote(doubted, result).lease;
      assert.deepEqual([doubt, unmoved, current, failures], [null, false, true, 0], result.is);
    }
    assert.equal(wrote(doubted, { is: 'written', object: lease('8') }).lease.conflicts, 0);
  });

  it('that met a conflict takes the doubt on its own base away and no other, and is tried again with distance', () => {
    const { doubt, current, conflicts, notBefore } = wrote(doubted, { is: 'conflict' }).lease;
    assert.deepEqual([doubt, current, conflicts], [null, false, 3]);
    assert.ok(notBefore >= moment + 100 && notBefore <= moment + 200, String(notBefore - moment));
    assert.equal(wrote(known({ doubt: 'lease-1/5' }), { is: 'conflict' }).lease.doubt, 'lease-1/5');
  });

  it('that was refused changed nothing: the base is as good as before', () => {
    assert.equal(wrote(known(), { is: 'refused', reason: lost }).lease.current, true);
    assert.equal(wrote(known({ current: false }), { is: 'refused', reason: lost }).lease.current, false);
    const { doubt, failures, notBefore } = wrote(known({ failures: 1 }), { is: 'refused', reason: lost }).lease;
    assert.deepEqual([doubt, failures], [null, 2]);
    assert.ok(notBefore >= moment + 500 && notBefore <= moment + 1_000, String(notBefore - moment));
  });

  it('without an answer is in doubt until its base has moved', () => {
    const unknown = wrote(known(), { is: 'unknown', reason: lost });
    const { doubt, unmoved, current } = unknown.lease;
    assert.deepEqual([doubt, unmoved, current], ['lease-1/7', false, false]);
    const unmovedYet = read(unknown, lease('7')).lease;
    assert.deepEqual([unmovedYet.doubt, unmovedYet.unmoved], ['lease-1/7', true]);
    for (const object of [lease('8'), lease('7', 'lease-2')]) {
      const moved = read(unknown, object).lease;
      assert.deepEqual([moved.doubt, moved.unmoved], [null, false]);
    }
    assert.equal(told(unknown, { is: 'deleted', object: lease('7') }).lease.doubt, null);
    assert.equal(told(unknown, { is: 'broken', reason: lost }).lease.doubt, 'lease-1/7');
  });
});
