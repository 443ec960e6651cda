import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reason } from '../../src/core/reasons.ts';
import { pod } from '../core/drain/pods.ts';
import { blockedBy, listed, sentenceOf, startDrain, status } from './scripted-drain.ts';

const [a, b] = [pod('a'), pod('b')];

test('a budget is named once while it blocks, and no longer when it has opened', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(blockedBy('web'));
  await run.clock.settle();
  assert.equal(run.last(), 'a disruption budget (web) allows no eviction now; 1 of 1 pod left: shop/a (blocked)');
  await run.clock.advance(10_000);
  run.pods.asked[1]?.answer(status(201));
  await run.clock.settle();
  assert.equal(run.last(), 'draining: 1 of 1 pod left: shop/a');
  run.pods.tell({ is: 'deleted', object: a });
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('of two budgets both are named, and each pod names its own', async () => {
  const run = startDrain();
  run.pods.tell(listed(a, b));
  await run.clock.settle();
  run.pods.asked[0]?.answer(blockedBy('web'));
  run.pods.asked[1]?.answer(blockedBy('db'));
  await run.clock.settle();
  assert.equal(
    run.last(),
    'a disruption budget (web, db) allows no eviction now; 2 of 2 pods left: shop/a (budget web), shop/b (budget db)',
  );
  run.stop.abort();
  assert.deepEqual(await run.ended, { is: 'stopped' });
});

test('an answer that only repeats itself is logged once', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  for (let tries = 0; tries < 5; tries += 1) {
    await run.clock.advance(60_000);
    run.pods.asked.at(-1)?.answer(blockedBy('web'));
    await run.clock.settle();
  }
  assert.ok(run.pods.asked.length >= 4);
  assert.deepEqual(
    run.log.told.map(({ code, fields }) => `${code} ${fields.why}`),
    ['eviction-blocked budget web'],
  );
  run.stop.abort();
  await run.ended;
});

test('a 403 that passes is waited out, and its words are shown meanwhile', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(status(403, 'pods "a" is forbidden: not yet ready to handle request'));
  await run.clock.settle();
  assert.equal(run.end(), null);
  assert.match(run.last(), /^draining: 1 of 1 pod left: shop\/a \(pods "a" is forbidden: not yet ready/);
  await run.clock.advance(2_000);
  run.pods.asked[1]?.answer(status(201));
  run.pods.tell({ is: 'deleted', object: a });
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('a 403 that stands for a minute fails the drain', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  const began = run.clock.mono();
  for (let answered = 0; run.end() === null && answered < 20; ) {
    run.pods.asked[answered]?.answer(status(403, 'pods "a" is forbidden: no RBAC policy matched'));
    answered = run.pods.asked.length;
    while (run.pods.asked.length === answered && run.end() === null) await run.clock.advance(1_000);
  }
  const took = run.clock.mono() - began;
  assert.ok(took >= 60_000 && took <= 100_000, `${took}`);
  const end = await run.ended;
  assert.equal(
    sentenceOf(end.is === 'failed' ? end.reason : undefined),
    'the drain cannot go on: shop/a cannot be evicted: pods "a" is forbidden: no RBAC policy matched (status 403)',
  );
});

test('a webhook that refuses an eviction for now is waited for, and what it says is shown', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(status(429, 'admission webhook "virt" denied the request: VMI db is not live-migratable'));
  await run.clock.settle();
  assert.match(run.last(), /shop\/a \(admission webhook "virt" denied the request: VMI db is not live-migratable/);
  run.stop.abort();
  assert.deepEqual(await run.ended, { is: 'stopped' });
});

for (const how of ['end', new Error('a defect')] as const) {
  test(`a watch that ${how === 'end' ? 'ends' : 'throws'} fails the drain: nothing is taken for done by an old view`, async () => {
    const run = startDrain();
    run.pods.tell(listed(a));
    await run.clock.settle();
    run.pods.tell(how);
    await run.clock.settle();
    run.pods.asked[0]?.answer(status(201));
    const end = await run.ended;
    assert.equal(end.is, 'failed');
    assert.match(
      sentenceOf(end.is === 'failed' ? end.reason : undefined),
      /the watch of the pods (ended|failed: a defect)/,
    );
  });
}

test('a broken watch is never taken for an empty node, and is told', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(status(201));
  run.pods.tell({ is: 'broken', reason: reason('api-failed', { action: 'watch the pods', why: 'it was silent' }) });
  run.pods.tell({ is: 'deleted', object: a });
  await run.clock.advance(60_000);
  assert.equal(run.end(), null);
  assert.match(run.last(), /^draining: the pods of this node cannot be seen now: .*it was silent/);
  run.pods.tell(listed());
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('a pod that is gone by its eviction’s answer is asked for again, as the answer may know less than the watch', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(status(404, 'pods "a" not found'));
  await run.clock.settle();
  assert.match(run.last(), /1 of 1 pod left: .*a \(the API server does not find it\)/);
  await run.clock.advance(2_000);
  assert.deepEqual([run.pods.asked.length, run.end()], [2, null]);
  run.pods.asked[1]?.answer(status(201));
  run.pods.tell({ is: 'deleted', object: a });
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('a pod that is gone by its eviction’s answer is gone when the watch says so', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(status(404, 'pods "a" not found'));
  await run.clock.settle();
  assert.equal(run.end(), null);
  run.pods.tell({ is: 'deleted', object: a });
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('an accepted eviction that a new list does not show is asked for again', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(status(201));
  await run.clock.settle();
  run.pods.tell(listed(a));
  await run.clock.settle();
  assert.equal(run.pods.asked.length, 2);
  run.pods.asked[1]?.answer(status(201));
  run.pods.tell(listed());
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('an eviction without an answer is given up after its time, whatever the transport does', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.stop.abort();
  await run.clock.advance(60_000);
  assert.equal(run.end(), null, 'it may still take effect');
  await run.clock.advance(30_000);
  assert.deepEqual(await run.ended, { is: 'stopped' });
});

test('an eviction that throws is tried again', async () => {
  const run = startDrain();
  run.pods.tell(listed(a));
  await run.clock.settle();
  run.pods.asked[0]?.answer(new Error('a defect'));
  await run.clock.advance(60_000);
  assert.equal(run.pods.asked.length, 2);
  run.pods.asked[1]?.answer(status(201));
  run.pods.tell({ is: 'deleted', object: a });
  assert.deepEqual(await run.ended, { is: 'done' });
});

test('three evictions at a time; while all places are taken the process sleeps', async () => {
  const run = startDrain();
  const many = Array.from({ length: 5 }, (_, index) => pod(`p${index}`));
  run.pods.tell(listed(...many));
  await run.clock.settle();
  assert.equal(run.pods.asked.length, 3);
  for (const asked of run.pods.asked.slice(0, 2)) asked.answer(status(500, 'no'));
  await run.clock.settle();
  assert.equal(run.pods.asked.length, 5);
  const before = run.told.length;
  // The two that were put off are due, and no place is free for them.
  await run.clock.advance(20_000);
  assert.equal(run.pods.asked.length, 5);
  assert.ok(run.told.length - before < 10, `${run.told.length - before} rounds`);
  run.stop.abort();
  await run.clock.advance(90_000);
  assert.deepEqual(await run.ended, { is: 'stopped' });
});
