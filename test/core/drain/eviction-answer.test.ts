import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EvictionAnswer, type EvictionMeaning, evictionMeaning } from '../../../src/core/drain/eviction-answer.ts';

function answer(status: number, message = '', change: Partial<EvictionAnswer> = {}): EvictionAnswer {
  return { status, message, causes: [], retryAfter: null, ...change };
}

function cause(reason: string, message = ''): Partial<EvictionAnswer> {
  return { causes: [{ reason, message }] };
}

const violates = "Cannot evict pod as it would violate the pod's disruption budget.";
const otherUid =
  'Operation cannot be fulfilled on Pod "web-0": the UID in the precondition (a) does not match the UID in record (b). The object might have been deleted and then recreated';

test('each answer of the API server, in its own words, has its meaning', () => {
  const table: readonly (readonly [EvictionAnswer, EvictionMeaning])[] = [
    [answer(201), { is: 'accepted' }],
    [answer(200), { is: 'accepted' }],
    [answer(404, 'pods "web-0" not found'), { is: 'gone' }],
    [answer(409, otherUid), { is: 'gone' }],
    [answer(409, 'Precondition failed: UID in precondition: a, UID in object meta: b'), { is: 'gone' }],
    [
      answer(403, 'pods "web-0" is forbidden: node n1 can only evict pods with spec.nodeName set to itself'),
      { is: 'gone' },
    ],
    [
      answer(
        429,
        violates,
        cause('DisruptionBudget', 'The disruption budget web needs 2 healthy pods and has 2 currently'),
      ),
      { is: 'budget', name: 'web', retryAfter: null },
    ],
    [
      answer(429, violates, {
        ...cause('DisruptionBudget', 'The disruption budget web.v2 is still being processed by the server.'),
        retryAfter: 10,
      }),
      { is: 'budget', name: 'web.v2', retryAfter: 10_000 },
    ],
    [answer(429, violates, cause('DisruptionBudget')), { is: 'budget', name: null, retryAfter: null }],
    [
      answer(429, 'Too many requests, please try again later.', { retryAfter: 1 }),
      { is: 'overload', retryAfter: 1000 },
    ],
    [
      answer(429, 'the server has received too many requests and has asked us to try again later'),
      { is: 'overload', retryAfter: null },
    ],
    [
      answer(429, violates, cause('SomethingElse')),
      { is: 'not-now', why: `${violates} (status 429)`, retryAfter: null },
    ],
    [answer(429, '', { retryAfter: -1 }), { is: 'overload', retryAfter: null }],
    [
      answer(
        403,
        'pods "web-0" is forbidden: unable to create new content in namespace shop because it is being terminated',
        cause('NamespaceTerminating'),
      ),
      { is: 'terminating-namespace' },
    ],
    [
      answer(403, 'poddisruptionbudget.policy "web" is forbidden: pdb disruptions allowed is negative'),
      { is: 'budget', name: 'web', retryAfter: null },
    ],
    [
      answer(
        403,
        'poddisruptionbudget.policy "web" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller',
      ),
      { is: 'budget', name: 'web', retryAfter: null },
    ],
  ];
  for (const [given, meaning] of table)
    assert.deepEqual(evictionMeaning(given), meaning, `${given.status} ${given.message}`);
});

test('a webhook that refuses for now is no overload, and has its say', () => {
  const denied = 'admission webhook "virt-launcher-eviction-interceptor.kubevirt.io" denied the request';
  for (const why of ['VMI db is configured with an eviction strategy but is not live-migratable', 'too many requests'])
    assert.deepEqual(evictionMeaning(answer(429, `${denied}: ${why}`, { retryAfter: 2 })), {
      is: 'not-now',
      why: `${denied}: ${why} (status 429)`,
      retryAfter: 2000,
    });
});

test('what says nothing about the pod is asked again, what is forbidden as well, what would be answered the same again is final', () => {
  const twoBudgets = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  const table: readonly (readonly [EvictionAnswer, string])[] = [
    [answer(0, 'connection reset'), 'retry'],
    [answer(0), 'retry'],
    [answer(401, 'Unauthorized'), 'retry'],
    [answer(408), 'retry'],
    [answer(409, 'Operation cannot be fulfilled on pods "web-0": the object has been modified'), 'retry'],
    [answer(409, 'Operation cannot be fulfilled on pods "uid-maker": the object has been modified'), 'retry'],
    [
      answer(409, 'the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (2)'),
      'retry',
    ],
    [answer(500, 'etcdserver: request timed out'), 'retry'],
    [answer(500, 'rpc error'), 'retry'],
    [answer(503), 'retry'],
    [answer(504, `couldn't update PodDisruptionBudget "web" due to conflicts`, { retryAfter: 10 }), 'retry'],
    [answer(500, twoBudgets), 'final'],
    [answer(400, 'name in URL does not match name in Eviction object'), 'final'],
    [
      answer(403, 'pods "web-0" is forbidden: User "system:node:n1" cannot create resource "pods/eviction"'),
      'forbidden',
    ],
    [answer(403, 'pods "web-0" is forbidden: not yet ready to handle request'), 'forbidden'],
    [answer(403), 'forbidden'],
    [answer(422), 'final'],
    [answer(300), 'final'],
    [answer(302), 'final'],
    [answer(199), 'retry'],
    [answer(425), 'retry'],
    [answer(400, otherUid), 'final'],
    [answer(503, twoBudgets), 'retry'],
    [answer(403, 'pods "web-0" is forbidden', cause('SomethingElse')), 'forbidden'],
  ];
  for (const [given, meaning] of table) {
    const found = evictionMeaning(given);
    assert.equal(found.is, meaning, `${given.status} ${given.message}`);
    if (found.is === 'retry' || found.is === 'forbidden' || found.is === 'final') assert.match(found.why, /./);
  }
  assert.deepEqual(evictionMeaning(answer(500, twoBudgets)), { is: 'final', why: `${twoBudgets} (status 500)` });
  assert.deepEqual(evictionMeaning(answer(0)), { is: 'retry', why: 'no answer', retryAfter: null });
  assert.deepEqual(evictionMeaning(answer(0, 'reset')), { is: 'retry', why: 'reset', retryAfter: null });
  assert.deepEqual(evictionMeaning(answer(503)), { is: 'retry', why: 'status 503', retryAfter: null });
  assert.deepEqual(evictionMeaning(answer(503, '', { retryAfter: 0 })), {
    is: 'retry',
    why: 'status 503',
    retryAfter: null,
  });
});
