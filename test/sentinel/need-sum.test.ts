import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Answer, no, unknown, yes } from '../../src/core/answer.ts';
import type { Need } from '../../src/core/need.ts';
import { coveredBy, sumNeeds } from '../../src/core/need-sum.ts';
import { reason } from '../../src/core/reasons.ts';

const need = (fingerprint: string, older = false): Need => ({
  fingerprint,
  source: `/run/${fingerprint}`,
  reasons: [`because ${fingerprint}`, 'linux'],
  older,
});
const cannotTell = unknown(reason('need-unknown', { source: '/x', why: 'EIO' }));

const table: readonly [readonly Answer<Need>[], Answer<Need>['is']][] = [
  [[], 'no'],
  [[no, no], 'no'],
  [[no, cannotTell], 'unknown'],
  [[cannotTell, no, no], 'unknown'],
  [[cannotTell, yes(need('a'))], 'yes'],
  [[yes(need('a')), no], 'yes'],
  [[no, yes(need('a')), cannotTell, yes(need('b'))], 'yes'],
];

for (const [answers, is] of table) {
  test(`${answers.map((answer) => answer.is).join(', ') || 'nothing'} together are ${is}`, () => {
    assert.equal(sumNeeds(answers).is, is);
  });
}

test('one need keeps its own name', () => {
  assert.deepEqual(sumNeeds([no, yes(need('a'))]), yes(need('a')));
});

test('several needs are named by all their names in one order and tell each reason once', () => {
  const one = sumNeeds([yes(need('b')), yes(need('a'))]);
  assert.deepEqual(one.is === 'yes' && one.value, {
    fingerprint: 'a+b',
    source: '/run/b, /run/a',
    reasons: ['because b', 'linux', 'because a'],
    older: false,
  });
});

test('a need is older only when all of its parts are', () => {
  const older = (...flags: boolean[]) => {
    const sum = sumNeeds(flags.map((flag, i) => yes(need(String(i), flag))));
    return sum.is === 'yes' && sum.value.older;
  };
  assert.deepEqual([older(true, true), older(true, false), older(false, false)], [true, false, false]);
});

test('a sum covers each sum of some of its parts, and nothing with another part', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{4,8}$/), { minLength: 1, maxLength: 6 });
  const sumOf = (parts: readonly string[]) => {
    const sum = sumNeeds(parts.map((part) => yes(need(part))));
    return sum.is === 'yes' ? sum.value.fingerprint : assert.fail();
  };
  fc.assert(
    fc.property(names, fc.nat(), (parts, at) => {
      const some = parts.filter((_, i) => i !== at % parts.length || parts.length === 1);
      assert.ok(coveredBy(sumOf(some), sumOf(parts)));
      assert.ok(!coveredBy(sumOf([...some, 'another']), sumOf(parts)));
    }),
  );
});
