import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PoolSettings } from '../../../src/core/lease/record.ts';
import { honourForceRelease } from '../../../src/core/lease/release.ts';
import {
  checkClaim,
  checkEntries,
  checkFence,
  checkOthers,
  checkPassed,
  checkRelease,
  checkShape,
} from './pool-checks.ts';
import { begin, type Deed, type PersonsDeed, recordOf, type Step, take } from './pool-world.ts';

/**
 * Several nodes and a person at one Lease, every step a read, one rule and a write. What the laws say about single steps is
 * checked after each by rules of the test's own, from the records before and after.
 */

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
