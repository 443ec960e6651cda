import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger, type Standing, unbegun } from './ledger.ts';
import { simulate } from './made-up/simulate.ts';
import { type Many, mostBroken, simulateMany } from './many.ts';
import type { Outcome } from './plan.ts';
import { planOf } from './plan-of.ts';
import { totalsText } from './totals.ts';

/** No seed up to here is a trouble. */
const calm = 12;
const never = new AbortController().signal;

/** One call of `make simulate` from where the one before it stood; each seed takes a second and a half. */
async function call(runs: number, from: Standing = unbegun(1), changes: Partial<Many> = {}) {
  const lines: string[] = [];
  const saved: Standing[] = [];
  let seconds = 0;
  const run: Many['simulators'][number]['run'] = (plan) => {
    seconds += 1.5;
    return simulate(plan);
  };
  const ledger = new Ledger(from);
  await simulateMany(ledger, {
    runs,
    enough: never,
    stopped: never,
    planOf,
    simulators: [{ run }],
    // Through a file, it becomes text and back.
    save: (standing) => saved.push(JSON.parse(JSON.stringify(standing))),
    said: (line) => lines.push(line),
    now: () => seconds,
    ...changes,
  });
  return { standing: saved.at(-1) as Standing, saved, lines };
}

test('two pieces have the same figures as one, and the seeds of both in turn', async () => {
  const whole = await call(calm);
  const first = await call(5);
  const second = await call(calm - 5, first.standing);
  assert.deepEqual(second.standing, whole.standing);
  assert.deepEqual([second.standing.next, second.standing.totals.seeds, second.standing.wall], [13, 12, 18]);
  assert.deepEqual(second.standing.totals.strikes, { kill: 12 });
});

test('a call that was killed at any moment leaves no seed out and counts none twice', async () => {
  const whole = await call(calm);
  for (const left of whole.saved) {
    const rest = await call(calm - left.totals.seeds, left);
    const { wall: _, ...standing } = rest.standing;
    const { wall: __, ...expected } = whole.standing;
    assert.deepEqual(standing, expected);
  }
});

test('several processes take each seed once', async () => {
  const seeds: number[] = [];
  const run = async (plan: Parameters<typeof simulate>[0]): Promise<Outcome> => {
    seeds.push(plan.seed);
    return await simulate(plan);
  };
  const { standing } = await call(calm, undefined, { simulators: [{ run }, { run }, { run }] });
  assert.deepEqual(
    seeds.toSorted((one, other) => one - other),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  );
  assert.deepEqual([standing.totals.seeds, standing.totals.reboots, standing.open], [12, 78, []]);
});

test('time that is up lets the seed under way end; a stop leaves it to the next call', async () => {
  for (const which of ['enough', 'stopped'] as const) {
    const controller = new AbortController();
    const run: Many['simulators'][number]['run'] = async (plan) => {
      if (plan.seed === 4) controller.abort();
      return await simulate(plan);
    };
    const { standing } = await call(calm, undefined, { [which]: controller.signal, simulators: [{ run }] });
    assert.deepEqual([standing.totals.seeds, standing.open], which === 'enough' ? [4, []] : [3, [4]]);
    assert.deepEqual((await call(calm - standing.totals.seeds, standing)).standing.totals.reboots, 78);
  }
});

test('every ten seconds a line says how far it is, and a broken law at once by which seed', async () => {
  const { lines } = await call(8);
  assert.deepEqual(lines, ['7 seeds, 28 reboots, 3 a second, nothing broken']);
  const broken = await call(1, { ...(await call(0)).standing, next: 23 });
  assert.deepEqual(broken.lines, ['SEED=23: two nodes are down at once: node-1 and node-2']);
});

test('where a hundred seeds broke a law it ends', async () => {
  const outcome = await simulate(planOf(23));
  const { standing, lines } = await call(10_000, undefined, { simulators: [{ run: async () => outcome }] });
  assert.equal(standing.totals.seeds, mostBroken);
  assert.equal(lines.filter((line) => line.startsWith('SEED=')).length, mostBroken);
});

test('the table tells the figures, the strikes of each fault, and each broken law once, with its seeds', async () => {
  const { standing } = await call(2, { ...(await call(3)).standing, next: 22 });
  const twice = {
    ...standing.totals,
    broken: [...standing.totals.broken, { seed: 90, law: 'two nodes are down at once: node-3 and node-7' }],
  };
  assert.equal(
    totalsText(twice, 10),
    [
      'seeds                 5',
      'reboots               51, 5 a second',
      'requests              102',
      'virtual time          0 h in 0:00:10',
      'strikes               6',
      '  kill                6',
      'laws                  broken by 2 of these seeds:',
      '  two nodes are down at once: node-1 and node-2: SEED=23, 90',
    ].join('\n'),
  );
});
