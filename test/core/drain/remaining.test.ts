import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDrain } from '../../../src/core/drain/plan.ts';
import type { PodView } from '../../../src/core/drain/pod.ts';
import { remaining, remainingText } from '../../../src/core/drain/remaining.ts';
import { daemonSet, pod } from './pods.ts';

function left(evicted: readonly string[], pods: readonly PodView[]) {
  return remaining(new Set(evicted), planDrain(pods, { podSelector: null, skipWaitForDeleteTimeout: null }, 0));
}

test('what is left is every pod there now that is to be evicted, those that came later included', () => {
  const of = left(['uid-a', 'uid-b', 'uid-gone'], [pod('a'), pod('d', { controller: daemonSet }), pod('new')]);
  assert.deepEqual(
    of.left.map(({ name }) => name),
    ['a', 'new'],
  );
  assert.equal(of.total, 4);
});

test('a pod that came back under its name is another pod', () => {
  const of = left(['uid-a'], [pod('a', { uid: 'uid-a2' })]);
  assert.deepEqual([of.left.length, of.total], [1, 2]);
});

test('the text counts, names a few with what holds them first, and says when all are gone', () => {
  assert.equal(remainingText(left([], [])), 'no pods to evict');
  assert.equal(remainingText(left(['uid-a'], [])), 'the only pod is gone');
  assert.equal(remainingText(left(['uid-a', 'uid-b'], [])), 'all 2 pods are gone');
  assert.equal(remainingText(left([], [pod('a')])), '1 of 1 pod left: shop/a');
  const pods = [
    pod('a'),
    pod('b', { deletionTime: 1 }),
    pod('c', { deletionTime: 1, finalizers: ['example.org/x', 'y'] }),
    pod('d'),
  ];
  assert.equal(
    remainingText(left(['uid-z'], pods), new Map([['uid-d', 'budget web']]), 3),
    '4 of 5 pods left: shop/b (ending), shop/c (ending, kept by the finalizer example.org/x), shop/d (budget web) and 1 more',
  );
});

test('the text stays bounded however many pods there are and whatever holds them', () => {
  const pods = Array.from({ length: 250 }, (_, index) => pod(`pod-${index}`));
  const waits = new Map(pods.map(({ uid }) => [uid, 'x'.repeat(10_000)]));
  assert.ok(remainingText(left([], pods), waits).length < 1000);
});

test('a note that is alone may be long, so that what a webhook says last is read', () => {
  const why = `admission webhook "${'x'.repeat(200)}" denied the request: not live-migratable`;
  assert.match(remainingText(left([], [pod('a')]), new Map([['uid-a', why]])), /not live-migratable\)$/);
});
