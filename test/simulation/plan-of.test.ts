import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults } from './faults.ts';
import { planOf } from './plan-of.ts';

const plans = Array.from({ length: 1_000 }, (_, index) => planOf(index + 1));
const share = (holds: (plan: (typeof plans)[number]) => boolean): number => plans.filter(holds).length / plans.length;
const names = Object.keys(faults);

test('a seed has one plan', () => {
  assert.deepEqual(planOf(7), planOf(7));
  assert.notDeepEqual(planOf(7), { ...planOf(8), seed: 7 });
});

test('seeds have two to seven nodes, more than half of them two or three, and mostly a concurrency of one', () => {
  for (const nodes of [2, 3, 4, 5, 6, 7]) assert.ok(share((plan) => plan.nodes === nodes) > 0.05, `${nodes} nodes`);
  assert.ok(share((plan) => plan.nodes <= 3) > 0.5);
  assert.ok(share((plan) => plan.concurrency === 1) > 0.6);
  assert.ok(share((plan) => plan.concurrency > 1) > 0.2);
  assert.deepEqual([...new Set(plans.map((plan) => plan.concurrency))].sort(), [1, 2, 3]);
});

test('most seeds have every fault at its rate, some a few at ten times theirs, some none', () => {
  const whole = share(({ rates }) =>
    names.every((name) => Reflect.get(rates, name) === Reflect.get(faults, name).rate),
  );
  assert.ok(whole > 0.6 && whole < 0.8, `${whole}`);
  assert.ok(share(({ rates }) => Object.keys(rates).length === 0) > 0.02);
  const swarms = plans.filter(({ rates }) => Object.keys(rates).length > 0 && rates.kill !== faults.kill.rate);
  assert.ok(swarms.some(({ rates }) => rates.kill !== undefined && rates.kill > 9 * faults.kill.rate));
  assert.ok(swarms.some(({ rates }) => rates.kill === undefined));
});

test('what a caller fixes is as it says, and all else stays as the seed has it', () => {
  const { nodes: _, ...rest } = planOf(7);
  assert.deepEqual(planOf(7, { nodes: 3 }), { nodes: 3, ...rest });
  assert.deepEqual(planOf(7, { faults: { kill: 10 } }).rates, { kill: 10 * faults.kill.rate });
  assert.deepEqual(planOf(7, { faults: { kill: 1e6 } }).rates, { kill: 0.5 });
});
