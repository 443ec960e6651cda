import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { evictionMeaning } from '../../src/core/drain/eviction-answer.ts';
import { available, skipUnless } from '../cluster/available.ts';
import { type ClusterAccess, minorOf } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { eviction } from '../cluster/workload.ts';
import { canRunBundle, type PoolMachine } from './pool.ts';
import { free, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('a drain on a real API server', { skip, timeout: 600_000, concurrency: 6 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(async () => await cluster[Symbol.asyncDispose]());
  const begin = (options?: PoolMachine): Promise<Story> => Story.begin(cluster, options);

  it('names the budget and the pod while it blocks, and goes on when it opens', async () => {
    await using story = await begin();
    await story.pods.add('web', { labels: { app: 'web' } });
    await story.pods.addKept();
    await story.pods.running('web');
    await story.pods.addBudget('web-budget', 'web');
    story.machine.requireReboot();
    await story.shows(/budget \(web-budget\) allows no eviction now; .*work-\w+\/web \(blocked\)/);
    await story.kubectl('patch', 'pdb', '-n', story.pods.namespace, 'web-budget', '-p', '{"spec":{"minAvailable":0}}');
    await story.says(
      /^draining: 1 of 2 pods left: work-\w+\/kept \(ending, kept by the finalizer example.com\/keep\)$/,
    );
    await story.pods.letGo();
    await story.rebootedOnce();
    assert.deepEqual([...new Set(story.evictions('web').map(({ code }) => code))], [429, 201]);
    await story.keptToTheRules();
  });

  it('backs out when a budget never opens, uncordons, releases, and tries again later with growing distance', async () => {
    await using story = await begin({ settings: 'drain: {timeout: 2s}' });
    await story.pods.add('web', { labels: { app: 'web' } });
    await story.pods.running('web');
    await story.pods.addBudget('web-budget', 'web');
    story.machine.requireReboot();
    const distances: number[] = [];
    for (const failures of [1, 2, 3]) {
      await story.lease('it to be given back', (lease) => free(lease) && lease?.spec?.leaseTransitions === failures);
      await story.undone(false);
      const until = await story.triesAgainAt(
        /drain did not end within 2 s: a disruption budget \(web-budget\) .*work-\w+\/web/,
        failures,
      );
      distances.push(until - story.releasedAt());
      await story.timePasses();
    }
    const [first = 0, second = 0, third = 0] = distances;
    assert.ok(first < second && second < third, `the distances do not grow: ${distances}`);
    await story.keptToTheRules();
  });

  it('counts a pod of a StatefulSet as gone that came back under its name on another node', async () => {
    await using story = await begin();
    const other = await story.addOtherNode();
    await story.pods.addStatefulSet('db', [story.name, other]);
    const before = await story.pods.running('db-0');
    assert.equal(before.spec?.nodeName, story.name);
    await story.pods.addKept();
    story.machine.requireReboot();
    const again = await story.pods.until(
      'db-0',
      `it to run on ${other}`,
      (pod) => pod?.spec?.nodeName === other && pod.status?.phase === 'Running',
    );
    assert.notEqual(again.metadata.uid, before.metadata.uid);
    await story.says(/^draining: 1 of 2 pods left: work-\w+\/kept/);
    // What the node would have learnt by asking for the pod, or for its eviction, now that it is elsewhere.
    const node = await cluster.client({ name: `system:node:${story.name}`, organizations: ['system:nodes'] });
    const asked = await node.request('GET', story.pods.path('db-0'));
    // Before 1.32 a node may read every pod (AuthorizeNodeWithSelectors).
    assert.equal(asked.status, (await minorOf(cluster)) < 32 ? 200 : 403);
    const body = eviction(story.pods.namespace, 'db-0', before.metadata.uid);
    const { status, body: said } = await node.request('POST', `${story.pods.path('db-0')}/eviction`, { body });
    assert.equal(status, 403);
    const causes = (said.details?.causes ?? []).map(({ reason = '', message = '' }) => ({ reason, message }));
    assert.deepEqual(evictionMeaning({ status, message: said.message ?? '', causes, retryAfter: null }), {
      is: 'gone',
    });
    await story.pods.letGo();
    await story.rebootedOnce();
    assert.equal((await story.pods.running('db-0')).metadata.uid, again.metadata.uid);
  });

  it('leaves the pods of a DaemonSet and the mirror pods, and ends', async () => {
    await using story = await begin();
    const [daemon, mirror] = await Promise.all([story.pods.addDaemonSet('agent'), story.pods.addMirror('static')]);
    await story.pods.add('web');
    story.machine.requireReboot();
    await story.rebootedOnce();
    assert.equal((await story.pods.running(daemon.metadata.name)).metadata.uid, daemon.metadata.uid);
    assert.equal((await story.pods.running(mirror.metadata.name)).metadata.uid, mirror.metadata.uid);
    assert.deepEqual([story.evictions('web').length, story.evictionsOf()], [1, ['web']]);
    await story.keptToTheRules();
  });

  it('waits for a pod that a finalizer keeps, and says which', async () => {
    await using story = await begin();
    await story.pods.addKept();
    story.machine.requireReboot();
    await story.shows(/1 of 1 pod left: work-\w+\/kept \(ending, kept by the finalizer example.com\/keep\)/);
    await story.pods.letGo();
    await story.rebootedOnce();
    await story.keptToTheRules();
  });

  it('waits for the pods of a namespace that is being deleted, whose eviction is refused', async () => {
    await using story = await begin();
    await story.pods.addKept();
    await story.kubectl('delete', 'namespace', story.pods.namespace, '--wait=false');
    await story.pods.until('kept', 'it to be ending', (pod) => pod?.metadata.deletionTimestamp !== undefined);
    story.machine.requireReboot();
    await story.shows(/work-\w+\/kept \(its namespace is being deleted\)/);
    assert.deepEqual([...new Set(story.evictions('kept').map(({ code }) => code))], [403]);
    await story.pods.letGo();
    await story.rebootedOnce();
    await story.keptToTheRules();
  });

  it('backs out of a pod with two budgets, which no eviction ends, and says so', async () => {
    await using story = await begin();
    await story.pods.add('web', { labels: { app: 'web' } });
    await story.pods.running('web');
    await Promise.all([story.pods.addBudget('one', 'web', 0), story.pods.addBudget('two', 'web', 0)]);
    story.machine.requireReboot();
    await story.showsAndLogs(/tries again at .*web cannot be evicted: .*more than one PodDisruptionBudget/);
    await story.undone(false);
    assert.deepEqual(
      story.evictions('web').map(({ code }) => code),
      [500],
    );
    await story.keptToTheRules();
  });

  it('gives each pod its own grace period, and waits until it is over', async () => {
    await using story = await begin();
    await story.pods.add('slow', { grace: 20 });
    await story.pods.running('slow');
    story.machine.requireReboot();
    const ending = await story.pods.until(
      'slow',
      'it to be ending',
      (pod) => pod?.metadata.deletionTimestamp !== undefined,
    );
    assert.equal(ending.metadata.deletionGracePeriodSeconds, 20);
    await story.says(/1 of 1 pod left: work-\w+\/slow \(ending\)/);
    await story.pods.until('slow', 'it to be gone', (pod) => pod === undefined);
    await story.rebootedOnce();
    const [removed] = cluster.auditLog.entries({
      verb: 'delete',
      resource: 'pods',
      name: 'slow',
      namespace: story.pods.namespace,
    });
    assert.ok(
      (removed?.answered ?? Number.POSITIVE_INFINITY) <= story.fencedAt(),
      'the fence was written before the pod was gone',
    );
    await story.keptToTheRules();
  });

  it('gives each pod the grace period of the configuration instead', async () => {
    await using story = await begin({ settings: 'drain: {gracePeriod: 1s}' });
    await story.pods.add('slow', { grace: 600 });
    await story.pods.running('slow');
    story.machine.requireReboot();
    const ending = await story.pods.until(
      'slow',
      'it to be ending',
      (pod) => pod?.metadata.deletionTimestamp !== undefined,
    );
    assert.equal(ending.metadata.deletionGracePeriodSeconds, 1);
    await story.rebootedOnce();
    await story.keptToTheRules();
  });

  it('evicts only what drain.podSelector selects', async () => {
    await using story = await begin({ settings: 'drain: {podSelector: "app in (web)"}' });
    await story.pods.add('web', { labels: { app: 'web' } });
    await story.pods.add('db', { labels: { app: 'db' } });
    const db = await story.pods.running('db');
    story.machine.requireReboot();
    await story.rebootedOnce();
    assert.deepEqual(story.evictionsOf(), ['web']);
    assert.equal((await story.pods.running('db')).metadata.uid, db.metadata.uid);
  });

  it('evicts pods that appear while it drains', async () => {
    await using story = await begin();
    await story.pods.addKept();
    story.machine.requireReboot();
    await story.says(/1 of 1 pod left/);
    await story.pods.add('late');
    await story.pods.until('late', 'it to be gone', (pod) => pod === undefined);
    await story.says(/1 of 2 pods left: work-\w+\/kept/);
    await story.pods.letGo();
    await story.rebootedOnce();
    await story.keptToTheRules();
  });

  it('evicts a finished pod whatever its budget, one that nobody makes anew, and one with an emptyDir', async () => {
    await using story = await begin();
    await story.pods.add('done', { labels: { app: 'done' } });
    await story.pods.running('done');
    await story.pods.addBudget('done-budget', 'done');
    await story.pods.finish('done');
    await story.pods.add('bare');
    await story.pods.add('scratch', { emptyDir: true });
    story.machine.requireReboot();
    await story.rebootedOnce();
    assert.deepEqual(story.evictionsOf(), ['bare', 'done', 'scratch']);
    await story.keptToTheRules();
  });
});
