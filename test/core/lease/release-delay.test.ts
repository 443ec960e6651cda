import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayRelease, releaseLeft } from '../../../src/core/lease/hold.ts';
import { at, entryOf, granted, holder, me, record, refusal } from './samples.ts';

const claim = 'claim-n1';
const delay = 300_000;
const held = record({ holders: [holder('n1', { phase: 'verifying' })] });

test('the end of a release delay is written into the own entry once, by the wall clock', () => {
  const noted = granted(delayRelease(held, me, claim, delay, at(0)));
  assert.equal(entryOf(noted, 'n1').releaseAfter, '2026-03-01T02:58:07.250Z');
  assert.equal(refusal(delayRelease(noted, me, claim, delay, at(delay))), 'noted');
  assert.equal(refusal(delayRelease(record(), me, claim, delay, at(0))), 'claim-lost');
  assert.equal(refusal(delayRelease(held, me, 'newer', delay, at(0))), 'claim-lost');
});

test('what is left of it is never more than the delay: with a clock that was set back it begins anew', () => {
  const noted = granted(delayRelease(held, me, claim, delay, at(0)));
  const entry = entryOf(noted, 'n1');
  const table: readonly (readonly [ms: number, left: number | null])[] = [
    [-1, null],
    [0, delay],
    [1, delay - 1],
    [delay, 0],
    [delay + 1, 0],
  ];
  for (const [ms, left] of table) assert.equal(releaseLeft(entry, delay, at(ms)), left, String(ms));
  assert.equal(releaseLeft(entryOf(held, 'n1'), delay, at(0)), null);
  assert.equal(releaseLeft({ ...entry, releaseAfter: 'soon' }, delay, at(0)), null);
  assert.notEqual(
    entryOf(granted(delayRelease(noted, me, claim, delay, at(-1))), 'n1').releaseAfter,
    entry.releaseAfter,
  );
});
