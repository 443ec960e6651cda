import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDrain } from '../../../src/core/drain/plan.ts';
import type { PodView } from '../../../src/core/drain/pod.ts';
import { daemonSet, pod } from './pods.ts';

const everything = { podSelector: null, skipWaitForDeleteTimeout: null };

function verdict(change: Partial<PodView>, settings: Parameters<typeof planDrain>[1] = everything, wall = 0): string {
  const [only] = planDrain([pod('p', change)], settings, wall);
  return only?.is === 'leave' ? only.why : (only?.is ?? 'none');
}

test('what is evicted and what is left, as kubectl drain does it with force, emptyDir data and DaemonSets ignored', () => {
  const table: readonly (readonly [string, Partial<PodView>, string])[] = [
    ['of a ReplicaSet', {}, 'evict'],
    ['without a controller', { controller: null }, 'evict'],
    ['with an emptyDir', { usesEmptyDir: true }, 'evict'],
    ['pending', { phase: 'Pending' }, 'evict'],
    ['finished', { phase: 'Succeeded', controller: null }, 'evict'],
    ['being deleted', { deletionTime: 5 }, 'evict'],
    ['of a DaemonSet', { controller: daemonSet }, 'daemonset'],
    [
      'of a DaemonSet of another API group',
      { controller: { ...daemonSet, apiVersion: 'apps.kruise.io/v1alpha1' } },
      'daemonset',
    ],
    ['of a DaemonSet, failed', { controller: daemonSet, phase: 'Failed' }, 'evict'],
    ['of a DaemonSet, succeeded', { controller: daemonSet, phase: 'Succeeded' }, 'evict'],
    [
      'a mirror pod, owned by the Node',
      { mirror: true, controller: { kind: 'Node', name: 'n1', apiVersion: 'v1' } },
      'mirror',
    ],
    ['a finished mirror pod', { mirror: true, controller: null, phase: 'Succeeded' }, 'mirror'],
  ];
  for (const [name, change, outcome] of table) assert.equal(verdict(change), outcome, name);
});

test('a pod that the selector does not select is left, whatever it is', () => {
  const settings = { ...everything, podSelector: 'app=web,tier notin (cache)' };
  assert.equal(verdict({ labels: { app: 'web' } }, settings), 'evict');
  assert.equal(verdict({ labels: { app: 'web', tier: 'cache' } }, settings), 'selector');
  assert.equal(verdict({ controller: daemonSet }, settings), 'selector');
  assert.equal(verdict({}, { ...everything, podSelector: '' }), 'evict');
  assert.throws(() => planDrain([], { ...everything, podSelector: 'app in' }, 0), /drain\.podSelector .* character 7/);
});

test('a pod that has been ending for longer than is waited for is left; 0 waits for all', () => {
  const ending = { deletionTime: 1000 };
  const table: readonly (readonly [number | null, number, string])[] = [
    [30_000, 31_000, 'evict'],
    [30_000, 31_001, 'ending-too-long'],
    [0, 1e12, 'evict'],
    [null, 1e12, 'evict'],
  ];
  for (const [longest, wall, outcome] of table) {
    assert.equal(
      verdict(ending, { ...everything, skipWaitForDeleteTimeout: longest }, wall),
      outcome,
      `${longest} ${wall}`,
    );
  }
  assert.equal(verdict({}, { ...everything, skipWaitForDeleteTimeout: 1 }, 1e12), 'evict');
});

test('what a person should know about an eviction is marked, of finished pods nothing', () => {
  const marks = (change: Partial<PodView>) => {
    const [only] = planDrain([pod('p', change)], everything, 0);
    return only?.is === 'evict' ? [only.unreplicated, only.losesData, only.ending] : null;
  };
  assert.deepEqual(marks({}), [false, false, false]);
  assert.deepEqual(marks({ controller: null, usesEmptyDir: true, deletionTime: 1 }), [true, true, true]);
  assert.deepEqual(marks({ controller: null, usesEmptyDir: true, phase: 'Failed' }), [false, false, false]);
});

test('each pod has its verdict, in the order of the pods', () => {
  const pods = [pod('a'), pod('b', { mirror: true }), pod('c')];
  assert.deepEqual(
    planDrain(pods, everything, 0).map((each) => [each.pod.name, each.is]),
    [
      ['a', 'evict'],
      ['b', 'leave'],
      ['c', 'evict'],
    ],
  );
});

test('a pod that is against the reboot is left, whatever else is true of it, and evicted once it has ended', () => {
  const spared = [{ selector: 'app=backup', namespaces: null }];
  const verdicts = (change: Partial<PodView>) =>
    planDrain([pod('p', { labels: { app: 'backup' }, ...change }), pod('web')], everything, 0, spared).map((each) =>
      each.is === 'leave' ? each.why : each.is,
    );
  assert.deepEqual(verdicts({}), ['blocks', 'evict']);
  assert.deepEqual(verdicts({ phase: 'Pending', controller: daemonSet }), ['blocks', 'evict']);
  assert.deepEqual(verdicts({ phase: 'Succeeded' }), ['evict', 'evict']);
});
