import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaseSeen, wentBack } from '../../../src/core/lease/went-back.ts';
import { lease } from './samples.ts';

test('another uid or fewer transitions than were seen is an older or a new state', () => {
  const table: readonly (readonly [{ uid: string; transitions: number } | null, number | undefined, boolean])[] = [
    [null, 3, false],
    [{ uid: 'lease-1', transitions: 3 }, 3, false],
    [{ uid: 'lease-1', transitions: 3 }, 4, false],
    [{ uid: 'lease-1', transitions: 3 }, 2, true],
    [{ uid: 'lease-1', transitions: 3 }, undefined, true],
    [{ uid: 'lease-1', transitions: 0 }, undefined, false],
    [{ uid: 'lease-0', transitions: 3 }, 3, true],
    [{ uid: 'lease-0', transitions: 3 }, 9, true],
  ];
  for (const [seen, transitions, back] of table) {
    const object = lease({}, transitions === undefined ? {} : { leaseTransitions: transitions });
    assert.equal(wentBack(seen, object), back, JSON.stringify([seen, transitions]));
  }
});

test('what is remembered is the uid and the transitions, none being 0', () => {
  assert.deepEqual(leaseSeen(lease({}, { leaseTransitions: 5 })), { uid: 'lease-1', transitions: 5 });
  assert.deepEqual(leaseSeen(lease()), { uid: 'lease-1', transitions: 0 });
});
