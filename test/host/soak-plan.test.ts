import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from './soak-plan.ts';

test('the same seed and round give the same plan, others give others', () => {
  assert.deepEqual(planOf(7, 3, 3), planOf(7, 3, 3));
  assert.notDeepEqual(planOf(7, 3, 3), planOf(7, 4, 3));
  assert.notDeepEqual(planOf(7, 3, 3), planOf(8, 3, 3));
});

test('a hundred rounds have faults of every kind, on every guest, and needs of both kinds', () => {
  const rounds = Array.from({ length: 100 }, (_, round) => planOf(1, round, 3));
  const faults = rounds.flatMap((round) => round.faults);
  assert.deepEqual([...new Set(faults.map(({ kind }) => kind))].sort(), [
    'API server frozen',
    'API server restarted',
    'logind restarted',
    'power cut',
    'service killed',
    'service restarted',
  ]);
  const guests = faults.flatMap((fault) => ('guest' in fault ? [fault.guest] : []));
  assert.deepEqual([...new Set(guests)].sort(), [0, 1, 2]);
  assert.deepEqual([...new Set(rounds.flatMap(({ needs }) => needs))].sort(), ['files', 'package']);
});
