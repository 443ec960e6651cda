import { describe } from 'node:test';
import { gone, holds, lease, node, turn, waits } from './histories.ts';
import { judged } from './judged.ts';
import type { Seen } from './seen.ts';

const { claim } = turn('a');

describe('law 1, room', () => {
  const both = (limit: number): Seen =>
    lease('b', { holders: [holds('a', { limit }), holds('b', { limit })], transitions: 2 });
  const first = (limit: number): Seen => lease('a', { holders: [holds('a', { limit })], transitions: 1 });
  const noRoom = 'b claimed where there was no room';
  judged([
    ['a second claim with a limit of one', [first(1), both(1)], noRoom],
    ['a second claim with a limit of two', [first(2), both(2)], null],
    [
      'a second claim under a looser limit than the holder’s',
      [first(1), lease('b', { holders: [holds('a'), holds('b', { limit: 3 })], transitions: 2 })],
      noRoom,
    ],
    [
      'a second claim where an admin allows two',
      [
        lease('admin', { annotations: { 'kured-host/concurrency': '2' } }),
        lease('a', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/concurrency': '2' } }),
        lease('b', {
          holders: [holds('a'), holds('b')],
          transitions: 2,
          annotations: { 'kured-host/concurrency': '2' },
        }),
      ],
      null,
    ],
    [
      'a claim beside an entry that cannot be read',
      [
        lease('admin', { holders: [{ broken: 1 }], identity: '?' }),
        lease('b', { holders: [{ broken: 1 }, holds('b')], identity: '?,b', transitions: 1 }),
      ],
      noRoom,
    ],
    [
      'a claim in a paused pool',
      [
        lease('admin', { annotations: { 'kured-host/paused': '' } }),
        lease('a', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/paused': '' } }),
      ],
      'a claimed while the pool was paused',
    ],
    [
      'a claim right after the Lease was seen to go back',
      [
        claim,
        lease('admin', { transitions: 1 }),
        lease('admin', { uid: 'lease-2' }),
        lease('a', { uid: 'lease-2', holders: [holds('a', { claim: 'claim-2' })], transitions: 1 }),
      ],
      'a claimed soon after it had seen the Lease go back',
    ],
    [
      'a claim after it went back by a process that never saw the newer state',
      [
        claim,
        lease('admin', { transitions: 1 }),
        lease('admin', { uid: 'lease-2' }),
        lease('b', { uid: 'lease-2', holders: [holds('b')], transitions: 1 }),
      ],
      null,
    ],
    [
      'an entry that says too little',
      [lease('a', { holders: [holds('a', { limit: undefined })], transitions: 1 })],
      'a added an entry that cannot be read',
    ],
    [
      'a claim in a Lease that cannot be understood',
      [lease('admin', { identity: 'x' }), lease('a', { holders: [holds('a')], transitions: 1 })],
      ['a claimed in a Lease that cannot be understood', 'a wrote a Lease that cannot be understood'],
    ],
    [
      'two claims in one write',
      [lease('a', { holders: [holds('a', { limit: 3 }), holds('a', { limit: 3, claim: 'claim-2' })], transitions: 2 })],
      ['a claimed more than once in one write', 'a claimed more than once in one write'],
    ],
    [
      'a claim of one who holds',
      [
        lease('a', { holders: [holds('a', { limit: 3 })], transitions: 1 }),
        lease('a', { holders: [holds('a', { limit: 3 }), holds('a', { limit: 3, claim: 'claim-2' })], transitions: 2 }),
      ],
      'a claimed while it held a claim',
    ],
    [
      'a claim of one whose entry is taken out by force in the same write',
      [
        lease('admin', { holders: [holds('a')], transitions: 1, annotations: { 'kured-host/force-release': 'a' } }),
        lease('a', { holders: [holds('a', { claim: 'claim-2' })], transitions: 2 }),
      ],
      null,
    ],
  ]);
});

describe('the queue', () => {
  const full = Array.from({ length: 32 }, (_, place) => waits(`node-${place}`));
  const queued = (by: string, ...names: readonly string[]): Seen =>
    lease(by, { queue: names.map((name) => waits(name)) });
  const claims = (by: string, at: number, ...left: readonly string[]): Seen => ({
    ...lease(by, { holders: [holds(by)], queue: left.map((name) => waits(name)), transitions: 1 }),
    at,
  });
  judged([
    ['a claim of the head', [queued('a', 'a'), queued('b', 'a', 'b'), claims('a', 20_000, 'b')], null],
    [
      'a claim before its turn',
      [queued('a', 'a'), queued('b', 'a', 'b'), claims('b', 20_000)],
      'b claimed before its turn',
    ],
    [
      'a claim past a head that did not claim for 30 s',
      [queued('a', 'a'), queued('b', 'a', 'b'), claims('b', 60_000)],
      null,
    ],
    [
      'a claim past a head that keeps its place',
      [queued('a', 'a'), queued('b', 'a', 'b'), claims('b', 60_000, 'a')],
      'b changed the places of others in the queue',
    ],
    [
      'a claim past a queue that was not joined',
      [queued('a', 'a'), claims('b', 60_000)],
      'b claimed past a queue that it had not joined',
    ],
    ['a place before others', [queued('a', 'a'), queued('b', 'b', 'a')], 'b joined before others of its priority'],
    [
      'a place before one of lower priority',
      [queued('a', 'a'), lease('b', { queue: [waits('b', { priority: 1 }), waits('a')] })],
      null,
    ],
    [
      'another’s place that is dropped',
      [queued('a', 'a'), queued('b', 'b')],
      'b changed the places of others in the queue',
    ],
    [
      'a claim that keeps its place',
      [queued('a', 'a'), claims('a', 60_000, 'a')],
      'a claimed and kept its place in the queue',
    ],
    [
      'a place in a full queue',
      [lease('admin', { queue: full }), lease('b', { queue: [...full, waits('b')] })],
      'b joined a queue that was full',
    ],
    [
      'the last place of the lowest priority for a higher one',
      [lease('admin', { queue: full }), lease('b', { queue: [waits('b', { priority: 1 }), ...full.slice(0, -1)] })],
      null,
    ],
    [
      'another place of a full queue than the last',
      [lease('admin', { queue: full }), lease('b', { queue: [waits('b', { priority: 1 }), ...full.slice(1)] })],
      'b changed the places of others in the queue',
    ],
  ]);
});

describe('take-over', () => {
  const absent = gone(node('a', {}, 'admin'));
  const taken = (at: number): Seen => ({ ...lease('b', { transitions: 1 }), at });
  judged([
    ['one where nobody opted in', [claim, absent, taken(2_000_000)], 'b took out the entry of a'],
    ['one after a quarter of an hour', [claim, absent, taken(2_000_000)], null, { takeOver: { silent: null } }],
    [
      'one that comes too early',
      [claim, absent, taken(800_000)],
      'b took out the entry of a',
      { takeOver: { silent: null } },
    ],
    [
      'one of a node whose Node is there',
      [claim, taken(2_000_000)],
      'b took out the entry of a',
      { takeOver: { silent: null } },
    ],
  ]);
});
