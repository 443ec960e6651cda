import { aNamespace, aNode, aPod, pods } from '../arrange.ts';
import type { Case } from '../case.ts';

export const podCases: readonly Case[] = [
  {
    name: 'a node lists its own pods by selector and no others',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aNode('other node'),
      ...aPod('mine', { labels: { app: 'web' } }),
      ...aPod('theirs', { node: '{other}' }),
      {
        as: 'node',
        send: 'GET /api/v1/pods',
        expect: { status: 403, message: /can only list\/watch pods with spec.nodeName field selector/ },
        since: 32,
      },
      {
        as: 'node',
        send: 'GET /api/v1/pods?fieldSelector=spec.nodeName%3D{other}',
        expect: { status: 403 },
        since: 32,
      },
      {
        as: 'node',
        send: 'GET /api/v1/pods?fieldSelector=spec.nodeName%3D{node}',
        expect: {
          status: 200,
          has: {
            kind: 'PodList',
            metadata: { resourceVersion: /^\d+$/ },
            items: [{ metadata: { name: 'mine' }, spec: { nodeName: '{node}' }, status: { phase: 'Running' } }],
          },
        },
      },
      {
        as: 'node',
        send: 'GET /api/v1/pods?fieldSelector=spec.nodeName%3D{node}&labelSelector=app+notin+(web)',
        expect: { status: 200, has: { items: [] } },
      },
      {
        as: 'node',
        send: 'GET /api/v1/pods?fieldSelector=spec.nodeName%3D{node}&labelSelector=app%3Dweb',
        expect: { status: 200, has: { items: [{ metadata: { name: 'mine' } }] } },
      },
    ],
  },
  {
    name: 'a node reads its own pod; one that is gone, or never was its own, is 403 and not 404',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aNode('other node'),
      ...aPod('mine', { grace: 0 }),
      ...aPod('theirs', { node: '{other}' }),
      { as: 'node', send: `GET ${pods}/mine`, expect: { status: 200 }, eventually: true },
      { as: 'node', send: `GET ${pods}/theirs`, expect: { status: 403 }, since: 32 },
      {
        as: 'node',
        send: `GET ${pods}?fieldSelector=metadata.name%3Dmine`,
        expect: { status: 200, has: { items: [{ metadata: { name: 'mine' } }] } },
      },
      { as: 'node', send: `GET ${pods}?fieldSelector=metadata.name%3Dtheirs`, expect: { status: 403 }, since: 32 },
      { as: 'admin', send: `DELETE ${pods}/mine`, expect: { status: 200, has: { kind: 'Pod' } } },
      {
        as: 'node',
        send: `GET ${pods}/mine`,
        expect: {
          status: 403,
          reason: 'Forbidden',
          message: /no relationship found between node '.*' and this object/,
        },
        eventually: true,
        since: 32,
      },
      { as: 'admin', send: `GET ${pods}/mine`, expect: { status: 404 } },
    ],
  },
  {
    name: 'lists in chunks: the same resourceVersion, a token, and what is left',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('a', { state: 'pending' }),
      ...aPod('b', { state: 'pending' }),
      ...aPod('c', { state: 'pending' }),
      {
        as: 'admin',
        send: `GET ${pods}?limit=2`,
        expect: {
          status: 200,
          has: {
            metadata: { remainingItemCount: 1 },
            items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
          },
        },
        keep: 'page',
      },
      {
        as: 'admin',
        send: `GET ${pods}?limit=2&continue={page.metadata.continue}`,
        expect: {
          status: 200,
          has: {
            metadata: { resourceVersion: '{page.metadata.resourceVersion}' },
            items: [{ metadata: { name: 'c' } }],
          },
          lacks: ['metadata.continue'],
        },
      },
    ],
  },
  {
    name: 'a graceful delete marks the pod, a second one may only shorten, the kubelet ends it with 0',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('mine', { grace: 60 }),
      {
        as: 'node',
        send: `DELETE ${pods}/mine`,
        body: { gracePeriodSeconds: 50, preconditions: { uid: '{mine.metadata.uid}' } },
        expect: {
          status: 200,
          has: { kind: 'Pod', metadata: { deletionGracePeriodSeconds: 50, deletionTimestamp: /Z$/ } },
        },
        keep: 'mine',
      },
      {
        as: 'node',
        send: `DELETE ${pods}/mine`,
        body: { gracePeriodSeconds: 55 },
        expect: { status: 200, unmoved: 'mine' },
      },
      { as: 'node', send: `DELETE ${pods}/mine`, expect: { status: 200, unmoved: 'mine' } },
      {
        as: 'node',
        send: `DELETE ${pods}/mine`,
        body: { gracePeriodSeconds: 20 },
        expect: { status: 200, moved: 'mine', has: { metadata: { deletionGracePeriodSeconds: 20 } } },
      },
      {
        as: 'node',
        send: `DELETE ${pods}/mine`,
        body: { gracePeriodSeconds: 0, preconditions: { uid: 'another' } },
        expect: { status: 409, reason: 'Conflict', message: /UID in the precondition/ },
      },
      { as: 'node', send: `DELETE ${pods}/mine`, body: { gracePeriodSeconds: 0 }, expect: { status: 200 } },
      { as: 'admin', send: `GET ${pods}/mine`, expect: { status: 404 } },
      {
        as: 'node',
        send: `DELETE ${pods}/mine`,
        body: { gracePeriodSeconds: 0 },
        expect: { status: 404, reason: 'NotFound' },
      },
    ],
  },
  {
    name: 'a finalizer keeps a deleted pod until it is taken off',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('mine', { finalizers: ['example.org/wait'] }),
      {
        as: 'node',
        send: `DELETE ${pods}/mine`,
        body: { gracePeriodSeconds: 0 },
        expect: { status: 200, has: { metadata: { deletionGracePeriodSeconds: 0, finalizers: ['example.org/wait'] } } },
      },
      {
        as: 'admin',
        send: `PATCH ${pods}/mine`,
        body: { metadata: { finalizers: null } },
        expect: { status: 200, lacks: ['metadata.finalizers'] },
      },
      { as: 'admin', send: `GET ${pods}/mine`, expect: { status: 404 } },
    ],
  },
  {
    name: 'a node may delete and report on its own pods only, and create only mirror pods',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aNode('other node'),
      ...aPod('theirs', { node: '{other}' }),
      {
        as: 'node',
        send: `DELETE ${pods}/theirs`,
        expect: { status: 403, message: /can only delete pods with spec.nodeName set to itself/ },
        eventually: true,
      },
      {
        as: 'node',
        send: `PATCH ${pods}/theirs/status`,
        body: { status: { phase: 'Failed' } },
        expect: { status: 403, message: /can only update pod status for pods with spec.nodeName set to itself/ },
      },
      { as: 'node', send: `PATCH ${pods}/theirs`, body: { metadata: { labels: { a: 'b' } } }, expect: { status: 403 } },
      {
        as: 'node',
        send: `POST ${pods}`,
        body: {
          metadata: { name: 'plain' },
          spec: { nodeName: '{node}', containers: [{ name: 'main', image: 'example.invalid/main:1' }] },
        },
        expect: { status: 403, message: /can only create mirror pods/ },
      },
      {
        as: 'node',
        send: `POST ${pods}`,
        body: {
          metadata: {
            name: 'static',
            annotations: { 'kubernetes.io/config.mirror': 'x' },
            ownerReferences: [
              { apiVersion: 'v1', kind: 'Node', name: '{node}', uid: '{own.metadata.uid}', controller: true },
            ],
          },
          spec: { nodeName: '{node}', containers: [{ name: 'main', image: 'example.invalid/main:1' }] },
        },
        expect: { status: 201 },
        eventually: true,
      },
    ],
  },
  {
    name: 'a namespace that goes: nothing new in it; one that is not there: 404',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aPod('mine', { grace: 60 }),
      {
        as: 'admin',
        send: 'DELETE /api/v1/namespaces/{ns}',
        expect: { status: 200, has: { kind: 'Namespace', status: { phase: 'Terminating' } } },
      },
      {
        as: 'admin',
        send: 'POST /api/v1/namespaces/{ns}/configmaps',
        body: { metadata: { name: 'late' } },
        expect: { status: 403, reason: 'Forbidden', causes: ['NamespaceTerminating'] },
        eventually: true,
      },
      {
        as: 'admin',
        send: `GET ${pods}/mine`,
        expect: { status: 200, has: { metadata: { deletionTimestamp: /Z$/ } } },
        eventually: true,
      },
      { as: 'node', send: `DELETE ${pods}/mine`, body: { gracePeriodSeconds: 0 }, expect: { status: 200 } },
      {
        as: 'admin',
        send: 'POST /api/v1/namespaces/absent-{ns}/configmaps',
        body: { metadata: { name: 'x' } },
        expect: { status: 404, reason: 'NotFound', message: /namespaces "absent-.*" not found/ },
      },
    ],
  },
];
