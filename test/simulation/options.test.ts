import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults } from './faults.ts';
import { optionsFrom } from './options.ts';
import { planOf } from './plan-of.ts';
import { planText } from './plan-text.ts';

const plan = { ...planOf(4), only: ['kill/node-1/call-3'] };

test('without a seed or a plan it is many seeds: a thousand, or as many as were asked for, or as there is time for', () => {
  const many = { do: 'many', from: 1, runs: 1_000, minutes: Infinity, jobs: 2, fixed: {} };
  assert.deepEqual(optionsFrom({ RUNS: '', SEED: ' ' }, 2), many);
  assert.deepEqual(optionsFrom({ RUNS: '20', JOBS: '5' }, 2), { ...many, runs: 20, jobs: 5 });
  assert.deepEqual(optionsFrom({ FROM: '12001', RUNS: '20' }, 2), { ...many, from: 12_001, runs: 20 });
  assert.deepEqual(optionsFrom({ MINUTES: '0.5' }, 2), { ...many, runs: Infinity, minutes: 0.5 });
  assert.deepEqual(optionsFrom({ MINUTES: '30', RUNS: '9' }, 2), { ...many, runs: 9, minutes: 30 });
  assert.deepEqual(optionsFrom({ NODES: '3', FAULTS: 'kill power=2.5' }, 2), {
    ...many,
    fixed: { nodes: 3, faults: { kill: 1, power: 2.5 } },
  });
  assert.deepEqual(optionsFrom({ FAULTS: 'none' }, 2), { ...many, fixed: { faults: {} } });
});

test('a seed, or a plan as it was printed, is one run', () => {
  const one = { do: 'one', lines: 80, shrinkRuns: 500 };
  assert.deepEqual(optionsFrom({ SEED: '4' }, 2), { ...one, plan: planOf(4) });
  assert.deepEqual(optionsFrom({ SEED: '4', NODES: '3', TIMELINE: 'all', SHRINK: '0' }, 2), {
    do: 'one',
    plan: planOf(4, { nodes: 3 }),
    lines: Infinity,
    shrinkRuns: 0,
  });
  assert.deepEqual(optionsFrom({ PLAN: planText(plan), TIMELINE: '7' }, 2), { ...one, plan, lines: 7 });
});

for (const [environment, says] of [
  [{ RUNS: 'abc' }, 'RUNS is a whole number of at least 1, not abc'],
  [{ RUNS: '0' }, 'RUNS is a whole number of at least 1, not 0'],
  [{ RUNS: '1e3' }, 'RUNS is a whole number of at least 1, not 1e3'],
  [{ FROM: '0' }, 'FROM is a whole number of at least 1, not 0'],
  [{ SEED: '3', FROM: '9' }, 'SEED and FROM do not go together: one seed is one run'],
  [{ MINUTES: '-3' }, 'MINUTES is a number from 0.01 to 10000, not -3'],
  [{ SEED: '1.5' }, 'SEED is a whole number of at least 0, not 1.5'],
  [{ NODES: '33' }, 'NODES is a whole number from 1 to 32, not 33'],
  [{ SEED: '3', RUNS: '9' }, 'SEED and RUNS do not go together: one seed is one run'],
  [{ SEED: '3', MINUTES: '9' }, 'SEED and MINUTES do not go together: one seed is one run'],
  [{ PLAN: '{}', SEED: '3' }, 'PLAN and SEED do not go together: a plan is whole'],
  [{ PLAN: '{}', NODES: '3' }, 'PLAN and NODES do not go together: a plan is whole'],
  [{ TIMELINE: 'all' }, 'TIMELINE is for one run: give SEED or PLAN with it'],
  [{ SEED: '3', TIMELINE: 'some' }, 'TIMELINE is a whole number of at least 1, not some'],
  [{ FAULTS: 'kil' }, `FAULTS: no fault is called kil; there are ${Object.keys(faults).join(', ')}`],
  [{ FAULTS: 'kill=much' }, 'FAULTS: kill is a number from 0 to 1000000, not much'],
] as const) {
  test(`${says.slice(0, 90)}`, () => {
    assert.throws(() => optionsFrom(environment, 2), { message: says });
  });
}

test('a plan that cannot be read is refused by what is wrong with it', () => {
  const refused = (text: string): string => {
    try {
      optionsFrom({ PLAN: text }, 2);
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return '';
  };
  assert.match(refused('seed 3'), /^PLAN is no JSON: /);
  assert.match(refused('null'), /^PLAN: the plan: /);
  assert.match(refused(planText({ ...plan, nodes: 0 })), /^PLAN: nodes: .*1/);
  assert.match(refused(planText(plan).replace('"seed"', '"sed"')), /^PLAN: se?ed: /);
  assert.match(refused(JSON.stringify({ ...plan, rates: { kil: 1 } })), /^PLAN: rates\.kil: /);
});
