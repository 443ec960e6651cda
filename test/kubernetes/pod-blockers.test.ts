import assert from 'node:assert/strict';
import { EventEmitter, on, once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { PodBlocker } from '../../src/core/blockers/settings.ts';
import type { PodView } from '../../src/core/drain/pod.ts';
import { reason } from '../../src/core/reasons.ts';
import { podBlockersSource } from '../../src/kubernetes/pod-blockers.ts';
import type { OwnPods, Read, WatchEvent } from '../../src/ports/cluster.ts';
import { pod } from '../core/drain/pods.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';

const backup = pod('backup', { namespace: 'db', uid: 'b', created: 1_764_000_000_000, labels: { app: 'backup' } });
const web = pod('web', { namespace: 'web', uid: 'w', labels: { app: 'web' } });
const never = new AbortController().signal;
const broken = reason('api-unavailable', { server: 'https://api', why: 'refused' });

test('without a selector nobody is asked', async (t) => {
  const { source, asked, listening } = stage(t, []);
  source.watch(() => assert.fail('hinted'), listening.signal);
  assert.deepEqual(await source.ask(never), { is: 'allowed' });
  assert.deepEqual(asked, []);
});

test('a pod that is selected refuses by its name, and the list of each question decides, not what a watch told', async (t) => {
  const at = stage(t, [{ selector: 'app=backup', namespaces: null }]);
  at.list = { is: 'found', object: [backup, web] };
  at.source.watch(() => {}, at.listening.signal);
  const refused = reason('pods-block', { count: '1', pods: 'db/backup' });
  assert.deepEqual(await at.source.ask(never), { is: 'refused', reasons: [refused] });
  assert.equal(at.source.since?.(), 1_764_000_000_000);
  await at.tell({ is: 'listed', objects: [backup] });
  at.list = { is: 'found', object: [web] };
  assert.deepEqual(await at.source.ask(never), { is: 'allowed' });
});

test('a list that cannot be had is unknown, with why', async (t) => {
  const at = stage(t, [{ selector: 'app=backup', namespaces: null }]);
  at.list = { is: 'failed', reason: broken };
  const why = 'the API server https://api cannot be reached: refused';
  const expected = reason('permission-unknown', { source: 'the pods of this node', why });
  assert.deepEqual(await at.source.ask(never), { is: 'unknown', reasons: [expected] });
});

test('a pod that comes or goes is hinted at once, one that is not selected is not', async (t) => {
  const at = stage(t, [{ selector: 'app=backup', namespaces: null }]);
  let hints = 0;
  at.source.watch(() => (hints += 1), at.listening.signal);
  at.list = { is: 'found', object: [web] };
  await at.source.ask(never);
  await at.tell({ is: 'listed', objects: [web] });
  await at.tell({ is: 'changed', object: { ...web, phase: 'Pending' } });
  assert.equal(hints, 0);
  await at.tell({ is: 'changed', object: backup });
  assert.equal(hints, 1);
  await at.tell({ is: 'changed', object: { ...backup, deletionTime: 1 } });
  assert.equal(hints, 1, 'the same pods, hinted before');
  at.list = { is: 'found', object: [web, backup] };
  await at.source.ask(never);
  await at.tell({ is: 'deleted', object: backup });
  assert.equal(hints, 2);
});

test('what the watch told while the list was on its way is hinted after the answer', async (t) => {
  const at = stage(t, [{ selector: 'app=backup', namespaces: null }]);
  let hints = 0;
  at.source.watch(() => (hints += 1), at.listening.signal);
  at.list = { is: 'found', object: [web] };
  await at.source.ask(never);
  await at.tell({ is: 'listed', objects: [web] });
  // The list was read before the pod went, and its answer comes after that was told.
  const late = Promise.withResolvers<Read<readonly PodView[]>>();
  at.list = late.promise;
  const answer = at.source.ask(never);
  await at.tell({ is: 'changed', object: { ...web, phase: 'Pending' } });
  late.resolve({ is: 'found', object: [web, backup] });
  assert.equal((await answer).is, 'refused');
  assert.equal(hints, 1);
});

test('the watch ends three minutes after the last question, and with whoever listens', async (t) => {
  const at = stage(t, [{ selector: 'app=backup', namespaces: null }]);
  at.source.watch(() => {}, at.listening.signal);
  await at.source.ask(never);
  at.clock.leap(120_000);
  await at.source.ask(never);
  at.clock.leap(120_000);
  assert.deepEqual(at.watches, ['runs'], 'one watch, kept by the second question');
  const ended = once(at.told, 'ended');
  at.clock.leap(60_001);
  await ended;
  assert.deepEqual(at.watches, ['ended']);
  await at.source.ask(never);
  assert.deepEqual(at.watches, ['ended', 'runs']);
  at.listening.abort();
  assert.deepEqual(at.watches, ['ended', 'ended']);
});

/** The source over pods that the test tells, and what it asked of them. */
function stage(t: TestContext, blockers: readonly PodBlocker[]) {
  const clock = new LeapingClock();
  const listening = new AbortController();
  t.after(() => listening.abort());
  const asked: string[] = [];
  const watches: string[] = [];
  const told = new EventEmitter();
  const pods: Pick<OwnPods, 'list' | 'watch'> = {
    list: async () => {
      asked.push('list');
      return await at.list;
    },
    async *watch(signal) {
      const number = watches.push('runs') - 1;
      signal.addEventListener('abort', () => {
        watches[number] = 'ended';
        told.emit('ended');
      });
      try {
        for await (const [event, taken] of on(told, 'event', { signal })) {
          yield event;
          taken();
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
  const at = {
    clock,
    listening,
    asked,
    watches,
    told,
    list: { is: 'found', object: [] } as Read<readonly PodView[]> | Promise<Read<readonly PodView[]>>,
    source: podBlockersSource({ pods, clock, settings: () => blockers }),
    /** Resolves when the source has taken it. */
    tell: (event: WatchEvent<PodView>) => new Promise<void>((taken) => told.emit('event', event, taken)),
  };
  return at;
}
