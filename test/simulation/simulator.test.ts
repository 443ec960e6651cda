import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate, troubles } from './made-up/simulate.ts';
import { planOf } from './plan-of.ts';
import { Simulator } from './simulator.ts';

const module = new URL('./made-up/simulate.ts', import.meta.url).href;

test('a plan simulated in another process has the outcome that it has in this one', async () => {
  await using simulator = new Simulator({ module, patience: 60 });
  assert.deepEqual(await simulator.run(planOf(3)), await simulate(planOf(3)));
  assert.deepEqual(await simulator.run(planOf(4), false), { ...(await simulate(planOf(4))), timeline: [] });
});

for (const [seed, says] of [
  [troubles.dies, /the process ended \(status 3\): out of luck/],
  [troubles.hangs, /no outcome within 2 s of real time/],
  [troubles.throws, /no such node/],
] as const) {
  test(`"${says.source}" is a broken law of that plan, and the next plan is simulated`, async () => {
    const making = { module, patience: seed === troubles.hangs ? 2 : 60 };
    await using simulator = new Simulator(making);
    assert.match((await simulator.run(planOf(seed))).broken?.law ?? '', says);
    making.patience = 60;
    assert.equal((await simulator.run(planOf(5))).reboots, 5);
  });
}

test('a module that cannot be loaded is named', async () => {
  await using simulator = new Simulator({ module: 'file:///no/such/simulate.ts', patience: 60 });
  assert.match((await simulator.run(planOf(1))).broken?.law ?? '', /Cannot find module .*no\/such\/simulate/);
});
