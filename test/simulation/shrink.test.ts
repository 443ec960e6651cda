import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Broken, Outcome, Plan } from './plan.ts';
import { planOf } from './plan-of.ts';
import { lawOf } from './same-law.ts';
import { type Shrinking, shrink } from './shrink.ts';
import { Strikes } from './strikes.ts';

const calls = Array.from({ length: 40 }, (_, index) => index);
const law = (node: string): string => `${node} and node-1 are down at once for 43 s`;

/** A world in which each node makes forty calls, one a minute, and any of them may be struck. */
function made(breaks: (happened: readonly string[], plan: Plan) => Broken | null) {
  return async (plan: Plan): Promise<Outcome> => {
    const strikes = new Strikes(plan);
    for (const call of calls.filter((minute) => minute * 60_000 < plan.duration)) {
      for (let node = 1; node <= plan.nodes; node += 1) strikes.at('kill', `node-${node}/call-${call}`);
    }
    const broken = breaks(strikes.happened, plan);
    return { broken, reboots: 1, strikes: strikes.happened, requests: 1, lasted: plan.duration, timeline: [] };
  };
}

const both = made((happened, { nodes }) => {
  const needs = ['kill/node-3/call-7', 'kill/node-1/call-22'];
  if (nodes >= 3 && needs.every((name) => happened.includes(name)))
    return { law: law('node-3'), at: 22 * 60_000 + 0.25 };
  // Another law, which far fewer strikes break: no way to end up there.
  return happened.includes('kill/node-1/call-3') ? { law: 'a cordon is left', at: 1 } : null;
});

const plan: Plan = { ...planOf(1, { nodes: 7 }), concurrency: 3, duration: 3_600_000, rates: { power: 1, kill: 1 } };

async function shrunk(simulate: Shrinking['simulate'], runs = 500) {
  const lines: string[] = [];
  const found = await shrink(plan, await simulate(plan), { simulate, runs, said: (line) => lines.push(line) });
  return { found, lines };
}

test('what is left of a plan are the strikes, the nodes and the time that its breach needs', async () => {
  const { found, lines } = await shrunk(both);
  assert.deepEqual(found?.plan, {
    ...plan,
    nodes: 3,
    concurrency: 1,
    duration: 22 * 60_000 + 1,
    rates: { kill: 1 },
    only: ['kill/node-3/call-7', 'kill/node-1/call-22'],
  });
  assert.equal(found.least, true);
  assert.equal(found.outcome.broken?.law, law('node-3'));
  assert.match(lines.at(-1) ?? '', /^run \d+: .*3 nodes, 1321 s, 2 strikes$/);
});

test('a breach that needs no strike is left with none', async () => {
  const { found } = await shrunk(made(() => ({ law: 'a node never comes to rest', at: 7_200_000 })));
  assert.deepEqual([found?.plan.only, found?.plan.nodes], [[], 1]);
  assert.ok((found?.plan.duration ?? Infinity) <= 1_000, `${found?.plan.duration} ms`);
});

test('runs are bounded: the smallest plan so far is given, and that it may not be the least', async () => {
  const { found } = await shrunk(both, 8);
  assert.deepEqual([found?.runs, found?.least], [8, false]);
  assert.ok(found?.plan.only?.includes('kill/node-3/call-7'));
});

test('a plan whose own strikes do not bring its breach again is not shrunk', async () => {
  const unsteady = made((_, { only }) => (only === null ? { law: law('node-2'), at: 1 } : null));
  assert.equal((await shrunk(unsteady)).found, null);
});

test('who broke a law, when, and with which identifiers makes no other law of it', () => {
  assert.equal(lawOf(law('node-2')), lawOf(law('node-17').replace('43 s', '1:02:03.5 s')));
  assert.equal(lawOf('boot 3f0a9c1e-11d2-4c01-9a52-0123456789ab'), lawOf('boot 00000000-11d2-4c01-9a52-fedcba987654'));
  assert.equal(lawOf('more are marked than may be: node-1'), lawOf('more are marked than may be: node-2, node-3'));
  assert.notEqual(lawOf(law('node-2')), lawOf('a cordon is left'));
});
