import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../cluster/audit.ts';
import { handOvers, leaseChanges } from './lease-history.ts';

function write(
  version: number,
  milliseconds: number,
  holders: readonly string[],
  queue: readonly string[],
): AuditEntry {
  const list = (names: readonly string[]): string => JSON.stringify(names.map((node) => ({ node })));
  const annotations = { 'kured-host/holders': list(holders), 'kured-host/queue': list(queue) };
  const responseObject = { metadata: { resourceVersion: String(version), annotations } };
  const [received, answered] = [milliseconds * 1000 - 500, milliseconds * 1000];
  return { verb: 'update', code: 200, received, answered, responseObject } as unknown as AuditEntry;
}

test('a hand-over lasts from the answer to a release to the answer to the next claim', () => {
  const writes = [
    write(1, 10, ['a'], []),
    write(2, 11, ['a'], ['b']),
    write(3, 12, ['a'], ['b', 'c']),
    write(4, 20, [], ['b', 'c']),
    write(5, 29, ['b'], ['c']),
    write(6, 40, ['b'], ['c']),
    write(7, 50, [], ['c']),
    write(8, 54, ['c'], []),
    write(9, 60, [], []),
  ];
  assert.deepEqual(handOvers(leaseChanges(writes)), [9, 4]);
});

test('writes count in the order of their versions, not of the log', () => {
  const writes = [write(3, 29, ['b'], []), write(2, 30, [], ['b']), write(1, 10, ['a'], ['b'])];
  assert.deepEqual(
    leaseChanges(writes).map(({ claimed, released }) => [claimed, released]),
    [
      [['a'], []],
      [[], ['a']],
      [['b'], []],
    ],
  );
});

test('a release that nobody waits for is no hand-over, and a write that was refused changes nothing', () => {
  const refused = { ...write(9, 21, ['x'], []), code: 409 };
  const writes = [write(1, 10, ['a'], []), write(2, 20, [], []), refused, write(3, 900, ['b'], [])];
  assert.deepEqual(handOvers(leaseChanges(writes)), []);
});
