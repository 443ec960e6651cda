import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { queryObjects } from 'node:v8';
import { faults } from './faults.ts';
import type { Plan } from './plan.ts';
import { planOf } from './plan-of.ts';
import { simulate } from './simulate.ts';
import { settled } from './time.ts';
import { World } from './world.ts';

const hour = 3_600_000;
const plan: Plan = {
  seed: 11,
  nodes: 4,
  concurrency: 1,
  duration: 3 * hour,
  rates: { kill: 0.002, power: 0.001 },
  only: null,
};

/** At three times their rates. */
const everyFault = planOf(1, { faults: Object.fromEntries(Object.keys(faults).map((name) => [name, 3])) }).rates;

const timeout = 120_000;

test('machines that need reboots get them, one after the other, through kills and power cuts, and all come to rest', {
  timeout,
}, async () => {
  const { broken, reboots, strikes, lasted } = await simulate(plan);
  assert.equal(broken, null);
  assert.ok(reboots > 10, `${reboots} reboots`);
  assert.ok(strikes.some((name) => name.startsWith('kill/')) && strikes.some((name) => name.startsWith('power/')));
  assert.ok(lasted >= plan.duration);
});

test('the same plan gives the same history, event by event, in another process as well', { timeout }, async () => {
  const short = { ...plan, duration: hour, rates: everyFault };
  const here = (await simulate(short)).timeline;
  const code = `
    const { simulate } = await import(${JSON.stringify(new URL('./simulate.ts', import.meta.url).href)});
    const { timeline } = await simulate(${JSON.stringify(short)});
    process.stdout.write(JSON.stringify(timeline));`;
  const run = promisify(execFile);
  const there = await run(process.execPath, ['--input-type=module', '--eval', code], { maxBuffer: 2 ** 28 });
  assert.deepEqual(JSON.parse(there.stdout), here);
  assert.notDeepEqual((await simulate({ ...short, seed: 12 })).timeline, here);
});

test('a run that names its strikes is the run that had them, and one without faults has none', {
  timeout,
}, async () => {
  const short = { ...plan, duration: hour, rates: everyFault };
  const whole = await simulate(short);
  const named = await simulate({ ...short, only: whole.strikes });
  assert.deepEqual(named.timeline, whole.timeline);
  assert.deepEqual((await simulate({ ...short, only: [] })).strikes, []);
});

test('a run leaves nothing behind: thousands follow one another in one process', { timeout }, async () => {
  for (const seed of [1, 2, 3]) await simulate({ ...plan, seed, duration: hour / 4 });
  // What ran last may still lie on the stack.
  await settled();
  await settled();
  assert.equal(queryObjects(World, { format: 'count' }), 0);
});
