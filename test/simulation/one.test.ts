import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateOne } from './one.ts';
import type { Outcome, Plan } from './plan.ts';
import { planOf } from './plan-of.ts';
import { planText } from './plan-text.ts';
import { Strikes } from './strikes.ts';

const plan: Plan = { ...planOf(4, { nodes: 3 }), concurrency: 1, duration: 3_600_000, rates: { kill: 1 } };

/** Broken by its first strike, if there is any. */
async function simulate(tried: Plan): Promise<Outcome> {
  const strikes = new Strikes(tried);
  for (let call = 0; call < 9; call += 1) strikes.at('kill', `node-1/call-${call}`);
  const happened = strikes.happened;
  const broken = happened.length === 0 ? null : { law: 'two nodes are down at once: node-1 and node-2', at: 61_000 };
  return { broken, reboots: 2, strikes: happened, requests: 9, lasted: 7_200_000, timeline: happened };
}

async function told(tried: Plan, lines: number, shrinkRuns: number) {
  const said: string[] = [];
  const held = await simulateOne(tried, { simulate, said: (line) => said.push(line), lines, shrinkRuns, now: () => 0 });
  return { held, text: said.join('\n') };
}

test('a run whose laws held is told with its plan, timeline and figures', async () => {
  const calm = { ...plan, only: [] };
  const { held, text } = await told(calm, 80, 500);
  assert.equal(held, true);
  assert.ok(
    text.startsWith(`${planText(calm)}\n3 nodes, concurrency 1, 0 strikes in 1:00:00:\nno law was broken\nseeds `),
    text,
  );
  assert.doesNotMatch(text, /Shrinking/);
});

test('a broken law is told with when, after the last lines of the timeline, and the smallest plan as a command', async () => {
  const { strikes } = await simulate(plan);
  assert.ok(strikes.length > 2);
  const { held, text } = await told(plan, 2, 500);
  assert.equal(held, false);
  const left = strikes.length - 2;
  assert.ok(
    text.includes(
      `  … ${left} lines before (TIMELINE=all shows them)\n  ${strikes.slice(-2).join('\n  ')}\nbroken at 0:01:01: two nodes`,
    ),
    text,
  );
  const smallest = { ...plan, nodes: 1, only: [strikes.at(-1)] };
  const [, command = ''] = /^make simulate PLAN='(.*)'$/m.exec(text) ?? [];
  assert.deepEqual({ ...JSON.parse(command), duration: 0 }, { ...smallest, duration: 0 });
});

test('SHRINK=0 leaves it at that', async () => {
  assert.doesNotMatch((await told(plan, 2, 0)).text, /Shrinking|PLAN=/);
});
