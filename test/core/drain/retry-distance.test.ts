import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Postponed, retryDistance } from '../../../src/core/drain/retry-distance.ts';
import type { Now } from '../../../src/core/now.ts';

/** Chance in the middle, so that nothing is added or taken away. */
const middle: Now = { mono: 0, wall: 0, chance: '80000000'.repeat(4) };

function distances(meaning: Postponed, tries: readonly number[], now = middle): readonly number[] {
  return tries.map((count) => retryDistance(meaning, count, now));
}

test('a budget is asked after 5 s, and then ever less often, to every 30 s', () => {
  const budget: Postponed = { is: 'budget', name: 'web', retryAfter: null };
  assert.deepEqual(distances(budget, [1, 2, 3, 4, 5, 6, 1000]), [5000, 7500, 11_250, 16_875, 25_313, 30_000, 30_000]);
  assert.deepEqual(distances({ is: 'terminating-namespace' }, [1, 2, 99]), [5000, 7500, 30_000]);
  assert.deepEqual(distances({ is: 'not-now', why: 'x', retryAfter: null }, [1, 2, 99]), [5000, 7500, 30_000]);
});

test('failures begin at 1 s and double', () => {
  assert.deepEqual(
    distances({ is: 'retry', why: 'x', retryAfter: null }, [0, 1, 2, 3, 99]),
    [1000, 1000, 2000, 4000, 30_000],
  );
  assert.deepEqual(distances({ is: 'gone' }, [1, 2, 3, 99]), [1000, 2000, 4000, 30_000]);
});

test('the server’s own distance is the least, up to a minute', () => {
  const least: Now = { ...middle, chance: '0'.repeat(32) };
  assert.deepEqual(distances({ is: 'overload', retryAfter: 7000 }, [1, 9], least), [7000, 24_000]);
  assert.deepEqual(distances({ is: 'budget', name: null, retryAfter: 86_400_000 }, [1], least), [60_000]);
});

test('it is always between the bounds, and by chance a fifth away at most', () => {
  const meaning: fc.Arbitrary<Postponed> = fc.oneof(
    fc.record({ is: fc.constant('budget' as const), name: fc.constant('web'), retryAfter: fc.option(fc.nat()) }),
    fc.record({ is: fc.constant('overload' as const), retryAfter: fc.option(fc.nat()) }),
    fc.record({ is: fc.constantFrom('terminating-namespace' as const, 'gone' as const) }),
    fc.record({
      is: fc.constantFrom('retry' as const, 'not-now' as const, 'forbidden' as const),
      why: fc.constant('x'),
      retryAfter: fc.option(fc.nat()),
    }),
  );
  const chance = fc.stringMatching(/^[0-9a-f]{32}$/);
  fc.assert(
    fc.property(meaning, fc.nat(), chance, (of, tries, random) => {
      const distance = retryDistance(of, tries, { ...middle, chance: random });
      const asked = Math.min('retryAfter' in of ? (of.retryAfter ?? 0) : 0, 60_000);
      assert.ok(distance >= Math.max(800, asked) && distance <= 72_000, `${distance}`);
      const plain = retryDistance({ ...of, retryAfter: null } as Postponed, tries, middle);
      if (asked === 0) assert.ok(Math.abs(distance - plain) <= plain * 0.2 + 1);
    }),
    { numRuns: 3000 },
  );
});
