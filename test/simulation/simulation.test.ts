import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import { faults } from './faults.ts';
import { found } from './found.ts';
import type { Plan } from './plan.ts';
import { planOf } from './plan-of.ts';
import { planText } from './plan-text.ts';
import { Sights } from './sights.ts';
import { Simulator } from './simulator.ts';

/** In a process of its own: a run whose virtual time stands still ends there, and is told. */
const simulator = new Simulator({ module: new URL('./simulate.ts', import.meta.url).href, patience: 300 });
after(() => simulator[Symbol.asyncDispose]());
const sights = new Sights();

const rounds = 4;
const seedsPerRound = 10;

/** A minute is what a round takes on a slow machine. */
const timeout = 600_000;

for (let round = 0; round < rounds; round += 1) {
  const first = 1 + round * seedsPerRound;
  test(`whole fleets under every fault: SEED=${first} to ${first + seedsPerRound - 1}`, { timeout }, async () => {
    for (let seed = first; seed < first + seedsPerRound; seed += 1)
      await holds(planOf(seed), `make simulate SEED=${seed}`);
  });
}

/** Where a service and its machine can be struck; the calls are those around which two nodes could be away at once. */
const phases = 'recovering idle waiting queued draining backing-out rebooting verifying restoring'.split(' ');
const calls = [
  'before write-lease',
  'after write-lease',
  'before patch-node',
  'after patch-node',
  'before reboot',
  'after reboot',
];

test('in those seeds every fault struck, and services died in every phase and around every write that counts', () => {
  for (const fault of Object.keys(faults)) assert.ok(sights.get(`fault/${fault}`) > 0, `${fault} never struck`);
  for (const where of [...phases, ...calls])
    assert.ok(sights.get(`kill/${where}`) > 0, `no service was killed ${where}: ${sights.text()}`);
  for (const phase of ['draining', 'rebooting', 'verifying', 'restoring'])
    assert.ok(sights.get(`power/${phase}`) > 0, `no machine lost its power ${phase}`);
});

const random = randomInt(2 ** 31);
test(`a seed that nobody chose: SEED=${random}`, { timeout }, async () => {
  await holds(planOf(random), `make simulate SEED=${random}`);
});

for (const { what, plan } of found) {
  test(`once found: ${what}`, { timeout }, () => holds(plan, `make simulate PLAN='${planText(plan)}'`));
}

async function holds(plan: Plan, again: string): Promise<void> {
  const outcome = await simulator.run(plan);
  sights.see(outcome);
  const { broken, timeline } = outcome;
  if (broken === null) return;
  assert.fail([`${broken.law}; again, shrunk and as a story: ${again}`, ...timeline.slice(-40)].join('\n  '));
}
