import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, Plan } from './plan.ts';
import { simulate } from './simulate.ts';

const hour = 3_600_000;
const calm: Omit<Plan, 'seed'> = { nodes: 4, concurrency: 1, duration: 2 * hour, rates: {}, only: null };
const timeout = 120_000;
/** Some have the default settings, some have others. */
const seeds = [11, 12, 13, 14];

/** All runs one after the other, as one. */
async function runs(plan: Omit<Plan, 'seed'>): Promise<Omit<Outcome, 'broken' | 'requests' | 'lasted'>> {
  const outcomes: Outcome[] = [];
  for (const seed of seeds) outcomes.push(await simulate({ ...plan, seed }));
  for (const { broken } of outcomes) assert.equal(broken, null);
  return {
    timeline: outcomes.flatMap(({ timeline }) => timeline),
    strikes: outcomes.flatMap(({ strikes }) => strikes),
    reboots: outcomes.reduce((sum, { reboots }) => sum + reboots, 0),
  };
}

const linesOf = (timeline: readonly string[], pattern: RegExp): readonly string[] =>
  timeline.filter((line) => pattern.test(line));

test('drains evict pods, budgets make them wait, and what was evicted is put on another node', {
  timeout,
}, async () => {
  const { timeline, reboots } = await runs(calm);
  const gone = linesOf(timeline, /: deleted pod web-/).length;
  const made = linesOf(timeline, /: created pod web-/).length;
  assert.ok(gone > 20 && made > gone && reboots > 20, `${reboots} reboots, ${made} pods made, ${gone} gone`);
  assert.ok(linesOf(timeline, /eviction-blocked/).length > 0);
  assert.deepEqual(linesOf(timeline, /: deleted pod agent-/), [], 'those of a DaemonSet stay');
});

test('pods that stick, that come back, and budgets that stay shut end drains in back-outs, and all come to rest', {
  timeout,
}, async () => {
  const rates = { 'pod-sticks': 0.3, 'pod-returns': 0.3, 'budget-shut': 2 };
  const { timeline, strikes } = await runs({ ...calm, duration: 6 * hour, rates });
  for (const fault of Object.keys(rates))
    assert.ok(
      strikes.some((name) => name.startsWith(`${fault}/`)),
      fault,
    );
  assert.ok(linesOf(timeline, /to=backing-out reason=drain-timeout/).length > 0);
});
