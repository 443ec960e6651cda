import { aBudget, allows, aNamespace, aNode, aPod, budgets, eviction, pods } from '../arrange.ts';
import type { Case, Step } from '../case.ts';

const success = { status: 201, has: { kind: 'Status', status: 'Success', code: 201 } };

/** As the node that runs it. */
function evicted(name: string, options: object = {}, query = ''): Step {
  return {
    as: 'node',
    send: `POST ${pods}/${name}/eviction${query}`,
    body: eviction(name, options),
    expect: success,
    // The admission plugin finds the pod in a cache of its own.
    eventually: true,
  };
}

function refused(name: string, expect: Extract<Step, { send: string }>['expect'], options: object = {}): Step {
  return { as: 'node', send: `POST ${pods}/${name}/eviction`, body: eviction(name, options), expect, eventually: true };
}

const blocked = {
  status: 429,
  reason: 'TooManyRequests',
  message: /^Cannot evict pod as it would violate the pod's disruption budget\.$/,
  causes: ['DisruptionBudget'],
  headers: { 'retry-after': null },
};

const web = { labels: { app: 'web' } };

export const evictCases: readonly Case[] = [
  {
    name: 'a node evicts its own pod: a condition, a deletion time, the given grace period',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('mine'),
      evicted('mine', { gracePeriodSeconds: 20, preconditions: { uid: '{mine.metadata.uid}' } }),
      {
        as: 'node',
        send: 'GET /api/v1/pods?fieldSelector=spec.nodeName%3D{node}',
        expect: {
          status: 200,
          has: {
            items: [
              {
                metadata: { name: 'mine', deletionTimestamp: /Z$/, deletionGracePeriodSeconds: 20 },
                status: {
                  conditions: [
                    { type: 'Ready' },
                    { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
                  ],
                },
              },
            ],
          },
        },
      },
      evicted('mine', { preconditions: { uid: '{mine.metadata.uid}' } }),
    ],
  },
  {
    name: "without a grace period of one's own the pod's counts, with 0 it is gone at once",
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('slow', { grace: 77 }),
      ...aPod('quick'),
      evicted('slow'),
      {
        as: 'admin',
        send: `GET ${pods}/slow`,
        expect: { status: 200, has: { metadata: { deletionGracePeriodSeconds: 77 } } },
      },
      evicted('quick', { gracePeriodSeconds: 0 }),
      { as: 'admin', send: `GET ${pods}/quick`, expect: { status: 404 } },
    ],
  },
  {
    name: 'evictions that cannot be: another uid, another name, no such pod, a pod of another node',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aNode('other node'),
      ...aPod('mine'),
      ...aPod('theirs', { node: '{other}' }),
      refused(
        'mine',
        { status: 409, reason: 'Conflict' },
        { preconditions: { uid: '00000000-0000-4000-8000-000000000000' } },
      ),
      {
        as: 'node',
        send: `POST ${pods}/mine/eviction`,
        body: eviction('another'),
        expect: { status: 400, reason: 'BadRequest', message: /^name in URL does not match name in Eviction object$/ },
      },
      refused('absent', { status: 404, reason: 'NotFound' }),
      refused('theirs', { status: 403, message: /can only evict pods with spec.nodeName set to itself/ }),
      {
        as: 'user',
        send: `POST ${pods}/mine/eviction`,
        body: eviction('mine'),
        expect: { status: 403, reason: 'Forbidden' },
      },
      {
        as: 'admin',
        send: `GET ${pods}/mine`,
        expect: { status: 200, unmoved: 'mine', lacks: ['metadata.deletionTimestamp'] },
      },
    ],
  },
  {
    name: 'a dry run says what would be and does nothing, by query or by option',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('mine', web),
      evicted('mine', {}, '?dryRun=All'),
      evicted('mine', { dryRun: ['All'] }),
      ...aBudget('budget', 1, 0),
      { ...refused('mine', blocked), send: `POST ${pods}/mine/eviction?dryRun=All` },
      { as: 'admin', send: `GET ${pods}/mine`, expect: { status: 200, unmoved: 'mine' } },
    ],
  },
  {
    name: 'a budget that allows nothing answers 429 with its cause and no Retry-After; opened, it lets one go',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('one', web),
      ...aPod('two', web),
      ...aBudget('budget', 2, 0),
      refused('one', blocked),
      {
        as: 'admin',
        send: `PATCH ${budgets}/budget`,
        body: { spec: { minAvailable: 1 } },
        expect: { status: 200, moved: 'budget' },
        keep: 'budget',
      },
      allows('budget', 1),
      evicted('one'),
      allows('budget', 0),
      refused('two', {
        ...blocked,
        has: {
          details: { causes: [{ message: /^The disruption budget budget needs 1 healthy pods and has 1 currently$/ }] },
        },
      }),
    ],
  },
  {
    name: 'a dry run does not use up what a budget allows',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('one', web),
      ...aPod('two', web),
      ...aBudget('budget', 1, 1),
      evicted('one', {}, '?dryRun=All'),
      evicted('two', {}, '?dryRun=All'),
      { as: 'admin', send: `GET ${budgets}/budget`, expect: { status: 200, unmoved: 'budget' } },
    ],
  },
  {
    name: 'two budgets on one pod are 500 for good',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('one', web),
      ...aPod('two', web),
      ...aBudget('budget', 1, 1),
      ...aBudget('more', 1, 1),
      refused('one', {
        status: 500,
        message: /^This pod has more than one PodDisruptionBudget, which the eviction subresource does not support\.$/,
        has: { kind: 'Status', status: 'Failure', code: 500 },
        lacks: ['reason'],
      }),
    ],
  },
  {
    name: 'pods that no budget protects: pending, ended, or terminating ones',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('ready', web),
      ...aPod('pending', { ...web, state: 'pending' }),
      ...aBudget('budget', 2, 0),
      refused('ready', blocked),
      evicted('pending'),
      {
        as: 'node',
        send: `PATCH ${pods}/ready/status`,
        body: { status: { phase: 'Succeeded' } },
        expect: { status: 200 },
      },
      evicted('ready'),
      { as: 'admin', send: `GET ${pods}/ready`, expect: { status: 404 } },
    ],
  },
  {
    name: 'a pod that is not ready goes where the budget is met, and else where its policy says so',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('sick', { ...web, state: 'not ready' }),
      ...aBudget('budget', 1, 0),
      refused('sick', blocked),
      {
        as: 'admin',
        send: `PATCH ${budgets}/budget`,
        body: { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
        expect: { status: 200 },
      },
      evicted('sick'),
      ...aPod('healthy', web),
      ...aPod('sick-too', { ...web, state: 'not ready' }),
      {
        as: 'admin',
        send: `PATCH ${budgets}/budget`,
        body: { spec: { unhealthyPodEvictionPolicy: 'IfHealthyBudget' } },
        expect: { status: 200 },
      },
      {
        as: 'admin',
        send: `GET ${budgets}/budget`,
        expect: { status: 200, has: { status: { currentHealthy: 1, desiredHealthy: 1 } } },
        eventually: true,
      },
      evicted('sick-too'),
      refused('healthy', blocked),
    ],
  },
  {
    name: 'a pod that came back under its name elsewhere is refused to the node it left',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aNode('other node'),
      ...aPod('db-0', { grace: 0 }),
      evicted('db-0', { preconditions: { uid: '{db-0.metadata.uid}' } }),
      { as: 'admin', send: `GET ${pods}/db-0`, expect: { status: 404 } },
      ...aPod('db-0', { node: '{other}' }),
      refused(
        'db-0',
        { status: 403, message: /can only evict pods/ },
        { preconditions: { uid: '{db-0.metadata.uid}' } },
      ),
    ],
  },
  {
    name: 'in a namespace that goes an eviction is refused with that cause',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('mine', { grace: 60 }),
      { as: 'admin', send: 'DELETE /api/v1/namespaces/{ns}', expect: { status: 200 } },
      refused('mine', { status: 403, reason: 'Forbidden', causes: ['NamespaceTerminating'] }),
      { as: 'node', send: `DELETE ${pods}/mine`, body: { gracePeriodSeconds: 0 }, expect: { status: 200 } },
    ],
  },
];
