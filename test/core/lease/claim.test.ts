import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claim, claimOrJoin, needNote, roomLimit } from '../../../src/core/lease/claim.ts';
import { watchTurn } from '../../../src/core/lease/queue.ts';
import type { LeaseRecord, PoolSettings } from '../../../src/core/lease/record.ts';
import {
  at,
  broken,
  entryOf,
  granted,
  holder,
  holding,
  me,
  need,
  node,
  now,
  queued,
  record,
  refusal,
  settings,
  waiting,
} from './samples.ts';

test('the claim names machine, boot, process and need, and counts leaseTransitions up', () => {
  const after = granted(claim(record({ transitions: 4 }), me, need, { concurrency: 2, priority: 0 }, null, now));
  assert.equal(after.transitions, 5);
  assert.deepEqual(entryOf(after, 'n1'), {
    node: 'n1',
    uid: 'uid-n1',
    machine: 'machine-n1',
    claim: now.chance,
    boot: { id: 'boot-n1', soft: 0 },
    phase: 'draining',
    by: 'by-n1',
    attempt: 0,
    starts: 0,
    need: { fingerprint: 'file:1', reasons: ['linux-image'] },
    limit: 2,
    reads: 1,
    since: '2026-03-01T02:53:07Z',
    changed: '2026-03-01T02:53:07Z',
  });
});

test('what stands against a claim, the first word of holding, paused, no room, turn', () => {
  const other = holder('h1', { limit: 2 });
  const table: readonly (readonly [Partial<LeaseRecord>, PoolSettings, string])[] = [
    [{ holders: [holder('n1')], paused: 'x' }, settings, 'holding'],
    [{ paused: '', holders: [other] }, settings, 'paused'],
    [{ holders: [other], queue: [waiting('q0')] }, settings, 'no-room'],
    [{ holders: [other] }, { ...settings, concurrency: 2 }, 'granted'],
    [{ holders: [holder('h1')] }, { ...settings, concurrency: 3 }, 'no-room'],
    [{ holders: [holder('h1')], concurrency: 2 }, settings, 'granted'],
    [{ holders: [other], concurrency: 1 }, { ...settings, concurrency: 3 }, 'no-room'],
    [{ holders: [broken('{}')] }, settings, 'no-room'],
    [{ holders: [broken('{"node":"n1"}')] }, settings, 'no-room'],
    [{ holders: [broken('{}')] }, { ...settings, concurrency: 2 }, 'granted'],
    [{ queue: [waiting('q0')] }, settings, 'not-my-turn'],
    [{ queue: [waiting('q0'), waiting('n1')] }, settings, 'not-my-turn'],
    [{ queue: [waiting('n1'), waiting('q0')] }, settings, 'granted'],
    [{ queue: [waiting('n1', { limit: 1 })], holders: [other] }, { ...settings, concurrency: 2 }, 'no-room'],
  ];
  for (const [change, own, word] of table) {
    assert.equal(refusal(claim(record(change), me, need, own, null, now)), word, JSON.stringify(change));
  }
});

test('no claim is ever made at 32 holders, whatever an annotation says', () => {
  const holders = Array.from({ length: 32 }, (_, index) => holder(`h${index}`, { limit: 99 }));
  assert.equal(roomLimit(record({ holders, concurrency: 500 }), settings), 32);
  assert.equal(refusal(claim(record({ holders, concurrency: 500 }), me, need, settings, null, now)), 'no-room');
});

test('the claim takes the claimer out of the queue, and with it those it passes by, and nobody behind', () => {
  const before = record({ queue: [waiting('q0'), broken('"x"'), waiting('n1'), waiting('q3')] });
  const turn = watchTurn(null, before, false, at(0));
  const after = granted(claim(before, me, need, settings, turn, at(60_000)));
  assert.deepEqual(queued(after), ['q3']);
  assert.deepEqual(queued(granted(claim(before, node('q0'), need, settings, null, now))), ['?', 'n1', 'q3']);
});

test('a node without a place that passes a full, dead queue by drops it whole', () => {
  const before = record({ queue: Array.from({ length: 32 }, (_, place) => waiting(`q${place}`)) });
  const turn = watchTurn(null, before, false, at(0));
  assert.equal(refusal(claim(before, me, need, settings, turn, at(32 * 30_000 - 1))), 'not-my-turn');
  assert.deepEqual(queued(granted(claim(before, me, need, settings, turn, at(32 * 30_000)))), []);
});

test('a place belongs to the name: a node made anew, or a new machine, claims with what is true now', () => {
  const anew = { ...me, uid: 'uid-2', machine: 'machine-2' };
  const after = granted(claim(record({ queue: [waiting('n1')] }), anew, need, settings, null, now));
  assert.deepEqual(queued(after), []);
  assert.equal(entryOf(after, 'n1').uid, 'uid-2');
  assert.equal(entryOf(after, 'n1').machine, 'machine-2');
});

test('with an empty queue joining and claiming are one write; else it gets a place or the reason', () => {
  const full = Array.from({ length: 32 }, (_, place) => waiting(`q${place}`));
  const table: readonly (readonly [Partial<LeaseRecord>, string])[] = [
    [{}, 'claim'],
    [{ queue: [waiting('n1')] }, 'claim'],
    [{ holders: [holder('h1')] }, 'place'],
    [{ paused: 'x' }, 'place'],
    [{ queue: [waiting('q0')] }, 'place'],
    [{ holders: [holder('n1')] }, 'holding'],
    [{ queue: full }, 'full'],
    [{ queue: full, paused: 'x' }, 'full'],
    [{ queue: [waiting('n1')], paused: 'x' }, 'paused'],
    [{ queue: [waiting('n1')], holders: [holder('h1')] }, 'no-room'],
    [{ queue: [waiting('q0'), waiting('n1')] }, 'not-my-turn'],
  ];
  for (const [change, outcome] of table) {
    const ruling = claimOrJoin(record(change), me, need, settings, null, now);
    assert.equal(ruling.granted ? ruling.got : ruling.because, outcome, JSON.stringify(change));
    if (ruling.granted) {
      assert.equal(holding(ruling.record).includes('n1'), ruling.got === 'claim');
      assert.equal(queued(ruling.record).includes('n1'), ruling.got === 'place');
    }
  }
});

test('of the reasons a handful goes into the entry, of the fingerprint all', () => {
  const long = { ...need, fingerprint: 'f'.repeat(500), reasons: Array.from({ length: 40 }, () => 'r'.repeat(500)) };
  const note = needNote(long);
  assert.equal(note.fingerprint, long.fingerprint);
  assert.ok(JSON.stringify(note.reasons).length < 600);
});
