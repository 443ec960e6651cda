import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGate } from '../../src/ports/gate.ts';

const never = new AbortController().signal;

test('work goes in one at a time, in the order of asking', async () => {
  const gate = openGate();
  const told: string[] = [];
  const work = (name: string) => async () => {
    told.push(`${name} in`);
    await new Promise((resolve) => setImmediate(resolve));
    told.push(`${name} out`);
    return name;
  };
  const results = await Promise.all(['a', 'b', 'c'].map((name) => gate.enter(work(name), never)));
  assert.deepEqual(results, ['a', 'b', 'c']);
  assert.deepEqual(told, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('work that fails lets the next one in', async () => {
  const gate = openGate();
  const fails = gate.enter(() => Promise.reject(new Error('broken')), never);
  const follows = gate.enter(async () => 'done', never);
  await assert.rejects(fails, /broken/);
  assert.equal(await follows, 'done');
});

test('who gives up behind work that hangs never gets in, and the gate stays shut until the work is done', async () => {
  const gate = openGate();
  const hanging = Promise.withResolvers<string>();
  const first = gate.enter(() => hanging.promise, never);
  const stop = new AbortController();
  let entered = 0;
  const second = gate.enter(async () => {
    entered += 1;
  }, stop.signal);
  stop.abort(new Error('no answer within 5000 ms'));
  await assert.rejects(second, /no answer within 5000 ms/);
  const third = gate.enter(async () => 'third', never);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(entered, 0);
  hanging.resolve('first');
  assert.deepEqual(await Promise.all([first, third]), ['first', 'third']);
  assert.equal(entered, 0);
});

test('work that was begun can be given up, too, and is never begun with an aborted signal', async () => {
  const gate = openGate();
  const stop = new AbortController();
  const given = gate.enter(() => new Promise(() => undefined), stop.signal);
  stop.abort(new Error('over'));
  await assert.rejects(given, /over/);
  await assert.rejects(
    openGate().enter(() => assert.fail('must not run'), AbortSignal.abort(new Error('before'))),
    /before/,
  );
});
