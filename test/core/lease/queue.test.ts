import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  isMyTurn,
  join,
  leave,
  placeOf,
  strictestLimit,
  type TurnWatch,
  updatePlace,
  watchTurn,
} from '../../../src/core/lease/queue.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { turnAt } from '../../../src/core/lease/turn-at.ts';
import { at, broken, granted, holder, me, node, now, queued, record, refusal, settings, waiting } from './samples.ts';

const full = record({ queue: Array.from({ length: 32 }, (_, place) => waiting(`q${place}`)) });

suite('joining', () => {
  test('the entry says who waits, under which limit and priority', () => {
    const joined = granted(join(record(), me, { concurrency: 3, priority: 2 }, 'fresh', now));
    assert.deepEqual(joined.queue, [
      {
        readable: true,
        entry: {
          node: 'n1',
          uid: 'uid-n1',
          id: 'fresh',
          limit: 3,
          priority: 2,
          since: '2026-03-01T02:53:07Z',
          reads: 1,
        },
      },
    ]);
  });

  test('a newcomer goes behind the last of its priority', () => {
    const table: readonly (readonly [readonly number[], number, number])[] = [
      [[], 0, 0],
      [[0, 0], 0, 2],
      [[5, 0], 5, 1],
      [[5, 0, 0], 1, 1],
      [[5, 0, -1], 0, 2],
      [[5, 0, -1], -2, 3],
      [[5, 0], 9, 0],
      [[0, 5, 0], 5, 2],
    ];
    for (const [priorities, priority, place] of table) {
      const before = record({ queue: priorities.map((value, index) => waiting(`q${index}`, { priority: value })) });
      const after = granted(join(before, me, { ...settings, priority }, 'fresh', now));
      assert.equal(placeOf(after, 'n1'), place, `${priorities} and ${priority}`);
      assert.equal(after.queue.length, priorities.length + 1);
    }
  });

  test('an entry that cannot be read counts as priority 0', () => {
    const before = record({ queue: [waiting('q0'), broken('"x"')] });
    assert.deepEqual(queued(granted(join(before, me, settings, 'i', now))), ['q0', '?', 'n1']);
    assert.deepEqual(queued(granted(join(before, me, { ...settings, priority: 1 }, 'i', now))), ['n1', 'q0', '?']);
  });

  test('a full queue takes nobody of the same priority, and of a strictly higher one instead of the last of the lowest', () => {
    assert.equal(refusal(join(full, me, settings, 'i', now)), 'full');
    assert.equal(refusal(join(full, me, { ...settings, priority: -1 }, 'i', now)), 'full');
    const after = granted(join(full, me, { ...settings, priority: 1 }, 'i', now));
    assert.equal(after.queue.length, 32);
    assert.equal(placeOf(after, 'n1'), 0);
    assert.equal(placeOf(after, 'q31'), null);
    assert.equal(placeOf(after, 'q30'), 31);
  });

  test('the one displaced is the last of the lowest, wherever it stands, and never one that cannot be read', () => {
    const queue = full.queue.with(3, waiting('low', { priority: -7 })).with(31, broken('{}'));
    const after = granted(join({ ...full, queue }, me, settings, 'i', now));
    assert.equal(placeOf(after, 'low'), null);
    assert.equal(queued(after).at(-2), '?');
    const unreadable = record({ queue: full.queue.map(() => broken('{}')) });
    assert.equal(refusal(join(unreadable, me, { ...settings, priority: 9 }, 'i', now)), 'full');
  });

  test('one who waits or holds does not join again, also after its Node was made anew', () => {
    const before = record({ queue: [waiting('n1')] });
    assert.equal(refusal(join(before, me, settings, 'i', now)), 'already-queued');
    assert.equal(refusal(join(before, { ...me, uid: 'another' }, settings, 'i', now)), 'already-queued');
    assert.equal(refusal(join(before, { ...me, machine: 'another' }, settings, 'i', now)), 'already-queued');
    assert.equal(refusal(join(record({ holders: [holder('n1')] }), me, settings, 'i', now)), 'holding');
  });
});

suite('leaving and changing settings', () => {
  test('leaving takes the own places away and nothing else; without one the record is the very same', () => {
    const before = record({
      queue: [waiting('q0'), waiting('n1'), broken('{"node":"n1"}'), waiting('n1', { id: 'twice' })],
    });
    assert.deepEqual(queued(leave(before, 'n1')), ['q0', '?']);
    assert.equal(leave(before, 'n9'), before);
  });

  test('a changed limit keeps the place and its id, a changed priority goes behind the last of it', () => {
    const before = record({ queue: [waiting('q0'), waiting('n1'), waiting('q2')] });
    const limited = updatePlace(before, me, { concurrency: 4, priority: 0 });
    assert.deepEqual(limited.queue[1], waiting('n1', { limit: 4 }));
    assert.deepEqual(queued(limited), ['q0', 'n1', 'q2']);
    assert.deepEqual(queued(updatePlace(before, me, { concurrency: 1, priority: 3 })), ['n1', 'q0', 'q2']);
    assert.deepEqual(queued(updatePlace(before, me, { concurrency: 1, priority: -3 })), ['q0', 'q2', 'n1']);
    const urgent = record({ queue: [waiting('q0', { priority: 3 }), waiting('q1'), waiting('n1')] });
    assert.deepEqual(queued(updatePlace(urgent, me, { concurrency: 1, priority: 3 })), ['q0', 'n1', 'q1']);
    assert.equal(updatePlace(before, me, settings), before);
    assert.equal(updatePlace(before, node('n9'), settings), before);
  });
});

suite('turn', () => {
  const three = record({ queue: [waiting('q0'), waiting('q1'), waiting('n1')] });

  function watched(of: LeaseRecord, since = 0): TurnWatch | null {
    return watchTurn(null, of, false, at(since));
  }

  test('with nobody waiting, and for the head, it is at once and without a watch', () => {
    assert.equal(isMyTurn(record(), me, null, now), true);
    assert.equal(isMyTurn(three, node('q0'), null, now), true);
  });

  test('one who has no place joins first, unless the queue is full', () => {
    assert.equal(isMyTurn(three, node('n9'), watched(three), at(1e9)), false);
    assert.equal(isMyTurn(full, node('n9'), watched(full), at(32 * 30_000 - 1)), false);
    assert.equal(isMyTurn(full, node('n9'), watched(full), at(32 * 30_000)), true);
  });

  test('k places behind it comes after the head was watched for k times 30 seconds', () => {
    const turn = watched(three);
    const table: readonly (readonly [string, number, boolean])[] = [
      ['q1', 29_999, false],
      ['q1', 30_000, true],
      ['n1', 30_000, false],
      ['n1', 59_999, false],
      ['n1', 60_000, true],
    ];
    for (const [name, mono, mine] of table)
      assert.equal(isMyTurn(three, node(name), turn, at(mono)), mine, `${name} ${mono}`);
    assert.equal(turnAt(three, 'n1', turn), 60_000);
    assert.equal(turnAt(three, 'n1', null), null);
  });

  test('without a watch it never comes to one behind the head', () => {
    assert.equal(isMyTurn(three, me, null, at(1e9)), false);
  });

  test('a watch of another head, or one before a claim, counts for nothing', () => {
    const turn = watched(three);
    const next = record({ queue: three.queue.slice(1) });
    assert.equal(isMyTurn(next, me, turn, at(1e9)), false);
    assert.equal(isMyTurn({ ...three, transitions: 1 }, me, turn, at(1e9)), false);
  });

  test('changes elsewhere do not restart the watch', () => {
    let turn = watched(three);
    const changes: readonly LeaseRecord[] = [
      { ...three, queue: [...three.queue, waiting('q9')] },
      { ...three, queue: [waiting('q0', { limit: 7 }), ...three.queue.slice(1)] },
      { ...three, release: 'n7' },
      { ...three, queue: three.queue.filter((_, place) => place !== 1) },
    ];
    for (const [index, change] of changes.entries()) turn = watchTurn(turn, change, true, at(1000 * (index + 1)));
    assert.equal(turn?.since, 0);
  });

  test('a break, another head and a claim by anybody restart it', () => {
    const turn = watched(three);
    assert.equal(watchTurn(turn, three, false, at(5000))?.since, 5000);
    assert.equal(watchTurn(turn, { ...three, transitions: 1 }, true, at(5000))?.since, 5000);
    assert.equal(watchTurn(turn, record({ queue: three.queue.slice(1) }), true, at(5000))?.since, 5000);
    assert.equal(
      watchTurn(turn, { ...three, queue: [waiting('q0', { id: 'joined again' })] }, true, at(5000))?.since,
      5000,
    );
  });

  test('a head that could not claim is not watched: paused, no room, no room by its own stricter limit', () => {
    const held = record({ ...three, holders: [holder('h1', { limit: 5 })] });
    const strict = { ...held, queue: three.queue };
    const table: readonly (readonly [LeaseRecord, boolean])[] = [
      [{ ...three, paused: '' }, false],
      [strict, false],
      [{ ...held, queue: [waiting('q0', { limit: 2 }), ...three.queue.slice(1)] }, true],
      [{ ...strict, concurrency: 2 }, true],
      [{ ...strict, concurrency: 1 }, false],
      [{ ...three, holders: [broken('{}')] }, false],
      [record(), false],
    ];
    for (const [of, watching] of table) assert.equal(watched(of) !== null, watching, JSON.stringify(of));
  });

  test('a head that became unable to claim is not passed by on the strength of an older watch', () => {
    const turn = watched(three);
    const held = { ...three, holders: [holder('h1', { limit: 5 })] };
    assert.equal(isMyTurn(held, me, turn, at(1e9)), false);
    assert.equal(isMyTurn({ ...three, paused: 'x' }, me, turn, at(1e9)), false);
  });

  test('a head that cannot be read is known by its text and passed by like any other', () => {
    const odd = record({ queue: [broken('"x"'), waiting('n1')] });
    assert.equal(isMyTurn(odd, me, watched(odd), at(30_000)), true);
    const other = record({ queue: [broken('"y"'), waiting('n1')] });
    assert.equal(isMyTurn(other, me, watched(odd), at(30_000)), false);
  });
});

test('the strictest limit wins while settings differ, the annotation over all, and never more than 32', () => {
  const table: readonly (readonly [Partial<LeaseRecord>, number, number])[] = [
    [{}, 3, 3],
    [{}, 99, 32],
    [{ concurrency: 99 }, 1, 32],
    [{ concurrency: 4, holders: [holder('h', { limit: 1 })] }, 1, 4],
    [{ holders: [holder('h', { limit: 2 })] }, 3, 2],
    [{ queue: [waiting('q', { limit: 2 }), waiting('r', { limit: 1 })] }, 3, 2],
    [{ holders: [broken('{}')], queue: [broken('{}')] }, 3, 3],
  ];
  for (const [change, own, limit] of table)
    assert.equal(strictestLimit(record(change), own), limit, JSON.stringify(change));
});
