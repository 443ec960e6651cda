import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodView } from '../../src/core/drain/pod.ts';
import { within } from '../cluster/waiting.ts';
import { budget, pod } from '../cluster/workload.ts';
import { follow } from './following.ts';
import { type Stage, type StoryTarget, stage } from './story-target.ts';

const real = { gracePeriodSeconds: null, dryRun: false };
const dry = { gracePeriodSeconds: null, dryRun: true };

export function podStories(target: () => StoryTarget): void {
  test('the own pods: listed and watched, and nobody else’s', async () => {
    await using s = await stage(target());
    await create(s, 'a');
    await s.admin.post(podsPath(s), pod({ name: 'elsewhere', namespace: s.namespace, node: 'another-node' }));
    const watch = follow(s.ready.cluster.pods.watch(s.signal));
    assert.deepEqual(
      (await watch.expect('listed')).objects.map((one) => one.name),
      ['a'],
    );
    const list = await s.ready.cluster.pods.list(s.signal);
    assert.ok(list.is === 'found');
    assert.deepEqual(
      list.object.map((one) => one.name),
      ['a'],
    );
    await create(s, 'b');
    assert.equal((await watch.expect('changed')).object.name, 'b');
    await s.admin.delete(`${podsPath(s)}/a`, undefined, { gracePeriodSeconds: '0' });
    let event = await watch.next();
    while (event.is === 'changed') event = await watch.next();
    assert.ok(event.is === 'deleted' && event.object.name === 'a');
  });

  test('the own pods: evicted by uid; a dry run evicts nothing; another uid and another’s pod are told apart', async () => {
    await using s = await stage(target());
    const view = await create(s, 'a');
    const { pods } = s.ready.cluster;
    assert.equal(await known(() => pods.evict(view, dry, s.signal)), 201);
    assert.equal((await s.admin.get(`${podsPath(s)}/a`)).metadata.deletionTimestamp, undefined);
    const stranger = { ...view, uid: '00000000-0000-0000-0000-000000000000' };
    assert.equal((await pods.evict(stranger, real, s.signal)).status, 409);
    assert.equal((await pods.evict(view, real, s.signal)).status, 201);
    await s.admin.post(podsPath(s), pod({ name: 'theirs', namespace: s.namespace, node: 'another-node' }));
    const theirs = { ...view, name: 'theirs' };
    assert.equal(await known(() => pods.evict(theirs, real, s.signal)), 403);
    assert.equal((await pods.evict({ ...view, name: 'never-was' }, real, s.signal)).status, 404);
  });

  test('the own pods: a budget that allows none answers 429 with its cause', async () => {
    await using s = await stage(target());
    const labels = { app: 'web' };
    const view = await create(s, 'a', labels);
    const path = `/apis/policy/v1/namespaces/${s.namespace}/poddisruptionbudgets`;
    await s.admin.post(path, budget(s.namespace, 'web', labels, 1));
    await s.admin.until<Budget>(`${path}/web`, 'the budget’s status', (one) => one?.status?.observedGeneration === 1);
    const answer = await s.ready.cluster.pods.evict(view, dry, s.signal);
    assert.equal(answer.status, 429);
    assert.equal(answer.causes[0]?.reason, 'DisruptionBudget');
    assert.match(answer.causes[0]?.message ?? '', /web/);
  });
}

/** The status of an eviction's answer once NodeRestriction knows the pod: it learns of pods by a watch of its own, and says 404 before. */
async function known(evict: () => Promise<{ readonly status: number }>): Promise<number> {
  return await within(10_000, 'NodeRestriction to know the pod', async (signal) => {
    let { status } = await evict();
    while (status === 404 && !signal.aborted) status = (await evict()).status;
    return status;
  });
}

interface Budget {
  readonly status?: { readonly observedGeneration?: number };
}

function podsPath(s: Stage): string {
  return `/api/v1/namespaces/${s.namespace}/pods`;
}

/** A running pod on the stage's node. */
async function create(s: Stage, name: string, labels: Readonly<Record<string, string>> = {}): Promise<PodView> {
  const account = `/api/v1/namespaces/${s.namespace}/serviceaccounts/default`;
  await s.admin.until(account, 'the default service account', (one) => one !== undefined);
  await s.admin.post(podsPath(s), pod({ name, namespace: s.namespace, node: s.node, labels }));
  await s.admin.patch(`${podsPath(s)}/${name}/status`, { status: { phase: 'Running', conditions: ready } }, 'merge');
  const list = await s.ready.cluster.pods.list(s.signal);
  assert.ok(list.is === 'found');
  const view = list.object.find((one) => one.name === name);
  assert.ok(view !== undefined);
  return view;
}

const ready = [{ type: 'Ready', status: 'True' }];
