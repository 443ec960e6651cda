import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFinal, putOff, type Refusal } from '../../../src/core/drain/refusal.ts';
import type { Postponed } from '../../../src/core/drain/retry-distance.ts';

const forbidden: Postponed = { is: 'forbidden', why: 'not yet ready to handle request', retryAfter: null };
const silent: Postponed = { is: 'retry', why: 'no answer', retryAfter: null };

/** The seconds at which each answer comes, and whether the last is final. */
function last(...answers: readonly (readonly [number, Postponed])[]): boolean {
  let refusal: Refusal | null = null;
  for (const [at, meaning] of answers)
    refusal = putOff(refusal, meaning, { mono: at * 1000, wall: 0, chance: '8'.repeat(32) });
  return refusal !== null && isFinal(refusal, (answers.at(-1)?.[0] ?? 0) * 1000);
}

describe('a 403', () => {
  it('is waited out for a minute, and final when it has stood that long', () => {
    assert.equal(last([100, forbidden]), false);
    assert.equal(last([100, forbidden], [130, forbidden], [159, forbidden]), false);
    assert.equal(last([100, forbidden], [130, forbidden], [160, forbidden]), true);
  });

  it('is not final by time alone: two answers far apart may both have met a start', () => {
    assert.equal(last([100, forbidden], [400, forbidden]), false);
  });

  it('stands from its first in a row: another answer begins it anew', () => {
    assert.equal(last([0, forbidden], [30, forbidden], [50, silent], [60, forbidden], [70, forbidden]), false);
    assert.equal(last([0, forbidden], [50, silent], [60, forbidden], [90, forbidden], [120, forbidden]), true);
  });
});

it('no other answer that puts an eviction off is ever final', () => {
  const others: readonly Postponed[] = [
    silent,
    { is: 'gone' },
    { is: 'overload', retryAfter: null },
    { is: 'budget', name: 'web', retryAfter: null },
    { is: 'not-now', why: 'not live-migratable', retryAfter: null },
    { is: 'terminating-namespace' },
  ];
  for (const meaning of others) assert.equal(last([0, meaning], [60, meaning], [900, meaning]), false, meaning.is);
});
