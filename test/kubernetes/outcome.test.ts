import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import { tellEvent } from '../../src/kubernetes/events.ts';
import { createLeases } from '../../src/kubernetes/lease-store.ts';
import { createOwnNode } from '../../src/kubernetes/node.ts';
import { createOwnPods } from '../../src/kubernetes/pods.ts';
import { realClock } from '../fakes/clock.ts';
import { freePort, never } from '../http/server.ts';
import { type Asked, notFound, scriptedApi, status, transportTo } from './scripted-api.ts';

const ref = { namespace: 'kured-host', name: 'blue' };
const lease: LeaseObject = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { ...ref, uid: 'u1', resourceVersion: '7', annotations: { a: 'b' }, labels: { kept: 'yes' } },
  spec: { holderIdentity: 'n1', unknown: { kept: true } },
};

/** What the API server answers, and what that proves about a read and about a write. */
const answers: readonly [title: string, (asked: Asked) => void, read: string, write: string][] = [
  ['200', (asked) => asked.answer(200, lease), 'found', 'written'],
  ['200 with something else', (asked) => asked.answer(200, { kind: 'Lease', metadata: {} }), 'failed', 'unknown'],
  ['200 with a page', (asked) => asked.answer(200, 'welcome'), 'failed', 'unknown'],
  ['400', (asked) => asked.answer(400, status(400, 'BadRequest')), 'failed', 'refused'],
  ['401', (asked) => asked.answer(401, status(401, 'Unauthorized')), 'failed', 'refused'],
  ['403', (asked) => asked.answer(403, status(403, 'Forbidden')), 'failed', 'refused'],
  ['404 of the object', (asked) => asked.answer(404, notFound('blue')), 'gone', 'gone'],
  ['404 of another', (asked) => asked.answer(404, notFound('kured-host')), 'failed', 'refused'],
  ['404 of no object', (asked) => asked.answer(404, status(404, 'NotFound')), 'failed', 'refused'],
  ['404 of a proxy', (asked) => asked.answer(404, '404 page not found'), 'failed', 'refused'],
  ['408', (asked) => asked.answer(408, status(408, 'Timeout')), 'failed', 'unknown'],
  ['409', (asked) => asked.answer(409, status(409, 'Conflict')), 'failed', 'conflict'],
  ['422', (asked) => asked.answer(422, status(422, 'Invalid')), 'failed', 'refused'],
  [
    '422 for the uid',
    (asked) => asked.answer(422, status(422, 'Invalid', { details: { causes: [{ field: 'metadata.uid' }] } })),
    'failed',
    'conflict',
  ],
  ['429', (asked) => asked.answer(429, status(429, 'TooManyRequests')), 'failed', 'refused'],
  ['499', (asked) => asked.answer(499), 'failed', 'unknown'],
  ['500', (asked) => asked.answer(500, status(500, 'InternalError')), 'failed', 'unknown'],
  ['502 of a proxy', (asked) => asked.answer(502, '<html>'), 'failed', 'unknown'],
  ['503', (asked) => asked.answer(503, status(503, 'ServiceUnavailable')), 'failed', 'unknown'],
  ['504', (asked) => asked.answer(504, status(504, 'Timeout')), 'failed', 'unknown'],
  ['302', (asked) => asked.answer(302), 'failed', 'unknown'],
  ['a lost connection', (asked) => asked.reset(), 'failed', 'unknown'],
];

describe('what an answer proves', () => {
  for (const [title, answer, read, write] of answers) {
    test(`${title}: a read ${read}, a write ${write}`, async () => {
      await using api = await scriptedApi();
      const leases = createLeases(transportTo(api.server.url, realClock()), realClock(), () => null);
      const reading = leases.read(ref, 'consistent', never);
      answer(await api.next());
      assert.equal((await reading).is, read);
      const writing = leases.write(lease, never);
      answer(await api.next());
      assert.equal((await writing).is, write);
    });
  }

  test('a server that is away: a read failed, a write refused, as it was never sent', async () => {
    const transport = transportTo(new URL(`http://127.0.0.1:${await freePort()}`), realClock());
    const leases = createLeases(transport, realClock(), () => null);
    const read = await leases.read(ref, 'consistent', never);
    assert.ok(read.is === 'failed' && read.reason.code === 'api-unavailable');
    assert.equal((await leases.write(lease, never)).is, 'refused');
    assert.deepEqual(transport.counts, { 'get not-sent': 1, 'update not-sent': 1 });
  });

  test('what is aborted before it is sent is refused, after it is unknown', async () => {
    await using api = await scriptedApi();
    const leases = createLeases(transportTo(api.server.url, realClock()), realClock(), () => null);
    assert.equal((await leases.write(lease, AbortSignal.abort())).is, 'refused');
    const stop = new AbortController();
    const writing = leases.write(lease, stop.signal);
    await api.next();
    stop.abort();
    assert.equal((await writing).is, 'unknown');
  });

  test('words of the API server are bounded, escaped, and follow what was asked', async () => {
    await using api = await scriptedApi();
    const leases = createLeases(transportTo(api.server.url, realClock()), realClock(), () => null);
    const reading = leases.read(ref, 'consistent', never);
    const message = `no\u001b[2J\n${'x'.repeat(5000)}`;
    (await api.next()).answer(403, status(403, 'Forbidden', { message }));
    const read = await reading;
    assert.ok(read.is === 'failed');
    const sentence = reasonSentence(read.reason);
    assert.match(
      sentence,
      /^the API server refused to read the Lease kured-host\/blue: 403 Forbidden: no\\x1b\[2J\\nxxx/,
    );
    assert.ok(sentence.length < 1200);
  });
});

describe('a request', () => {
  test('for a Lease is made as the user it needs, whole, with its uid and version', async () => {
    await using api = await scriptedApi();
    const clock = realClock();
    const as = (of: { namespace: string; name: string }) => `system:serviceaccount:${of.namespace}:${of.name}`;
    const leases = createLeases(transportTo(api.server.url, clock, { 'impersonate-user': 'ada' }), clock, as);
    const writing = leases.write(lease, never);
    const put = await api.next();
    put.answer(200, lease);
    assert.equal((await writing).is, 'written');
    assert.equal(`${put.method} ${put.path}`, 'PUT /apis/coordination.k8s.io/v1/namespaces/kured-host/leases/blue');
    assert.deepEqual({ ...put.query }, { fieldManager: 'kured-host' });
    assert.equal(put.headers['impersonate-user'], 'system:serviceaccount:kured-host:blue');
    assert.equal(put.headers['content-type'], 'application/json');
    assert.deepEqual(put.body, lease);
    const reading = leases.read(ref, 'any', never);
    const get = await api.next();
    get.answer(200, lease);
    await reading;
    assert.deepEqual({ ...get.query }, { resourceVersion: '0' });
  });

  test('without a user to act as says none, and leaves the credentials their own', async () => {
    await using api = await scriptedApi();
    for (const headers of [{}, { 'impersonate-user': 'ada' }]) {
      const leases = createLeases(transportTo(api.server.url, realClock(), headers), realClock(), () => null);
      const reading = leases.read(ref, 'consistent', never);
      const get = await api.next();
      get.answer(200, lease);
      await reading;
      assert.equal(get.headers['impersonate-user'], headers['impersonate-user']);
    }
  });

  test('for the Node is one guarded merge patch; its status a strategic one with annotation and condition', async () => {
    await using api = await scriptedApi();
    const node = createOwnNode(transportTo(api.server.url, realClock()), realClock(), 'n1');
    const object = { metadata: { name: 'n1', uid: 'u', resourceVersion: '5' } };
    const annotations = { 'kured-host/claim': 'c', 'kured-host/handled': null };
    for (const [unschedulable, spec] of [
      [true, { unschedulable: true }],
      [false, { unschedulable: null }],
    ] as const) {
      const patching = node.patch({ uid: 'u', resourceVersion: '5', unschedulable, annotations }, never);
      const patch = await api.next();
      patch.answer(200, object);
      await patching;
      assert.equal(`${patch.method} ${patch.path}`, 'PATCH /api/v1/nodes/n1');
      assert.equal(patch.headers['content-type'], 'application/merge-patch+json');
      assert.deepEqual(patch.body, { metadata: { uid: 'u', resourceVersion: '5', annotations }, spec });
    }
    const publishing = node.publish({ status: 'True', reason: 'Waiting', message: 'm' }, 'sentence', never);
    const publish = await api.next();
    publish.answer(200, object);
    await publishing;
    assert.equal(publish.path, '/api/v1/nodes/n1/status');
    assert.equal(publish.headers['content-type'], 'application/strategic-merge-patch+json');
    const body = publish.body as { status: { conditions: Record<string, string>[] }; metadata: unknown };
    assert.deepEqual(body.metadata, { annotations: { 'kured-host/status': 'sentence' } });
    assert.equal(body.status.conditions[0]?.['type'], 'RebootRequired');
  });

  test("keeps the condition's transition time while its status stays", async () => {
    await using api = await scriptedApi();
    const node = createOwnNode(transportTo(api.server.url, realClock()), realClock(), 'n1');
    const since = '2026-01-01T00:00:00Z';
    const conditions = [{ type: 'RebootRequired', status: 'True', lastTransitionTime: since }];
    const object = { metadata: { name: 'n1', uid: 'u', resourceVersion: '5' }, status: { conditions } };
    const reading = node.read(never);
    (await api.next()).answer(200, object);
    await reading;
    for (const [value, kept] of [
      ['True', true],
      ['False', false],
    ] as const) {
      const publishing = node.publish({ status: value, reason: 'R', message: '' }, '', never);
      const asked = await api.next();
      asked.answer(200, object);
      await publishing;
      const sent = asked.body as { status: { conditions: Record<string, string>[] } };
      assert.equal(sent.status.conditions[0]?.['lastTransitionTime'] === since, kept);
    }
  });

  test("that is answered with 200 by somebody else's page was not answered by the API server: nothing is evicted or told by it", async () => {
    await using api = await scriptedApi();
    const [transport, clock] = [transportTo(api.server.url, realClock()), realClock()];
    const rest = { phase: 'Running', labels: {}, controller: null, mirror: false, usesEmptyDir: false } as const;
    const pod = {
      namespace: 'default',
      name: 'web',
      uid: 'u9',
      ...rest,
      created: null,
      deletionTime: null,
      finalizers: [],
    };
    const how = { gracePeriodSeconds: null, dryRun: false };
    const evicting = createOwnPods(transport, clock, 'n1').evict(pod, how, never);
    (await api.next()).page(200, '<html>Back soon</html>');
    const message =
      'the API server could not evict the pod default/web: its answer is no JSON object: <html>Back soon</html>';
    assert.deepEqual(await evicting, { status: 0, message, causes: [], retryAfter: null });
    const again = createOwnPods(transport, clock, 'n1').evict(pod, how, never);
    (await api.next()).page(200, '');
    assert.match((await again).message, /: its answer is empty$/);
    const event = { type: 'Normal', reason: 'R', message: 'm', nodeUid: 'u' } as const;
    const telling = tellEvent(transport, clock, 'n1', event, never);
    (await api.next()).page(201, '[]');
    assert.equal((await telling).is, 'failed');
    assert.deepEqual(transport.counts, { 'create unknown': 3 });
  });

  test('to evict names the uid, the grace period and a dry run twice; its answer is given as it stood, but a 404 only where it is about the pod', async () => {
    await using api = await scriptedApi();
    const pods = createOwnPods(transportTo(api.server.url, realClock()), realClock(), 'n1');
    const pod = { namespace: 'default', name: 'web', uid: 'u9' };
    const view = {
      ...pod,
      phase: 'Running',
      labels: {},
      controller: null,
      mirror: false,
      usesEmptyDir: false,
    } as const;
    const whole = { ...view, created: null, deletionTime: null, finalizers: [] };
    const evicting = pods.evict(whole, { gracePeriodSeconds: 30, dryRun: true }, never);
    const asked = await api.next();
    const cause = { reason: 'DisruptionBudget', message: 'The disruption budget web needs 1' };
    asked.answer(429, status(429, 'TooManyRequests', { details: { causes: [cause], retryAfterSeconds: 10 } }));
    assert.deepEqual(await evicting, {
      status: 429,
      message: 'TooManyRequests said so',
      causes: [cause],
      retryAfter: 10,
    });
    assert.equal(asked.path, '/api/v1/namespaces/default/pods/web/eviction');
    assert.deepEqual({ ...asked.query }, { dryRun: 'All' });
    const body = asked.body as { deleteOptions: unknown };
    assert.deepEqual(body.deleteOptions, { preconditions: { uid: 'u9' }, gracePeriodSeconds: 30, dryRun: ['All'] });
    const again = pods.evict(whole, { gracePeriodSeconds: null, dryRun: false }, never);
    const second = await api.next();
    second.reset();
    assert.equal((await again).status, 0);
    assert.deepEqual((second.body as { deleteOptions: unknown }).deleteOptions, { preconditions: { uid: 'u9' } });
    for (const [body, meaning] of [
      [notFound('web'), 404],
      [notFound('another'), 0],
      ['404 page not found', 0],
    ] as const) {
      const answered = pods.evict(whole, { gracePeriodSeconds: null, dryRun: false }, never);
      (await api.next()).answer(404, body);
      assert.equal((await answered).status, meaning, JSON.stringify(body));
    }
  });
});
