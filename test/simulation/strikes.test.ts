import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Strikes } from './strikes.ts';

const rates = { kill: 0.25 };
const places = Array.from({ length: 4_000 }, (_, index) => `node-1/call-${index}`);

test('the same seed strikes at the same places, another seed at others, each about as often as the rate says', () => {
  const struck = (seed: number): readonly string[] => {
    const strikes = new Strikes({ seed, rates, only: null });
    for (const place of places) strikes.at('kill', place);
    return strikes.happened;
  };
  assert.deepEqual(struck(1), struck(1));
  assert.notDeepEqual(struck(1), struck(2));
  assert.ok(Math.abs(struck(1).length - 1_000) < 150, `${struck(1).length} of 4,000`);
});

test('a strike that is left out leaves all others where they were', () => {
  const all = new Strikes({ seed: 7, rates, only: null });
  for (const place of places) all.at('kill', place);
  const kept = all.happened.filter((_, index) => index !== 3);
  const without = new Strikes({ seed: 7, rates, only: kept });
  for (const place of places) without.at('kill', place);
  assert.deepEqual(without.happened, kept);
});

test('a fault without a rate never strikes, and none does once the world heals', () => {
  const strikes = new Strikes({ seed: 1, rates: { kill: 1 }, only: null });
  assert.equal(strikes.at('power', 'node-1/call-1'), false);
  assert.equal(strikes.wait('power', '1'), null);
  assert.equal(strikes.at('kill', 'node-1/call-1'), true);
  strikes.end();
  assert.equal(strikes.at('kill', 'node-1/call-2'), false);
});

test('faults by the clock come as often in an hour as their rate says', () => {
  const strikes = new Strikes({ seed: 3, rates: { power: 4 }, only: null });
  const waits = Array.from({ length: 4_000 }, (_, index) => strikes.wait('power', `${index}`) ?? 0);
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  assert.ok(Math.abs(mean - 900_000) < 60_000, `${mean} ms`);
});
