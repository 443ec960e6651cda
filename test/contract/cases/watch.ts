import {
  aLease,
  aNamespace,
  aNode,
  anAccount,
  aPod,
  byConstrained,
  byImpersonate,
  eviction,
  leases,
  mayRead,
  pods,
} from '../arrange.ts';
import type { Case, Step } from '../case.ts';

const named = `${leases}?fieldSelector=metadata.name%3Dpool`;

function annotated(value: string): Step {
  return {
    as: 'admin',
    send: `PATCH ${leases}/pool`,
    body: { metadata: { annotations: { step: value } } },
    expect: { status: 200 },
    keep: value,
  };
}

const told = (value: string): object => ({
  kind: 'Lease',
  apiVersion: 'coordination.k8s.io/v1',
  metadata: { name: 'pool', annotations: { step: value }, resourceVersion: `{${value}.metadata.resourceVersion}` },
});

/** The one Lease, by name, by who may neither list nor watch any other. */
const oneLease: readonly Step[] = [
  ...mayRead('account'),
  { as: 'account', watch: 'all', at: leases, expect: { status: 403, reason: 'Forbidden' } },
  { as: 'account', send: `GET ${named}`, expect: { status: 403 } },
  { as: 'account', watch: 'cached', at: `${named}&resourceVersion=0&allowWatchBookmarks=true` },
  { sees: 'cached', events: [{ type: 'ADDED', has: { metadata: { uid: '{lease.metadata.uid}' } } }] },
  { as: 'account', watch: 'pool', at: `${named}&resourceVersion={lease.metadata.resourceVersion}` },
  { as: 'admin', send: `POST ${leases}`, body: { metadata: { name: 'another' } }, expect: { status: 201 } },
  annotated('first'),
  annotated('second'),
  {
    sees: 'pool',
    events: [
      { type: 'MODIFIED', has: told('first') },
      { type: 'MODIFIED', has: told('second') },
    ],
  },
  { as: 'admin', send: `DELETE ${leases}/pool`, expect: { status: 200 } },
  { sees: 'pool', events: [{ type: 'DELETED', has: { metadata: { name: 'pool', uid: '{lease.metadata.uid}' } } }] },
  ...aLease,
  { sees: 'pool', events: [{ type: 'ADDED', has: { metadata: { name: 'pool', uid: '{lease.metadata.uid}' } } }] },
];

export const watchCases: readonly Case[] = [
  {
    name: 'one Lease is watched by its name without a right to list (legacy rule)',
    steps: [...aNamespace, ...aLease, ...anAccount, ...byImpersonate, ...oneLease],
  },
  {
    name: 'one Lease is watched by its name without a right to list (constrained rules)',
    since: 36,
    steps: [...aNamespace, ...aLease, ...anAccount, ...byConstrained, ...oneLease],
  },
  {
    name: 'where a watch begins: without a resourceVersion and with 0 at what there is, else after it',
    steps: [
      ...aNamespace,
      ...aLease,
      annotated('first'),
      annotated('second'),
      { as: 'admin', watch: 'now', at: named },
      { sees: 'now', events: [{ type: 'ADDED', has: told('second') }] },
      { as: 'admin', watch: 'any', at: `${named}&resourceVersion=0` },
      { sees: 'any', events: [{ type: 'ADDED', has: told('second') }] },
      { as: 'admin', watch: 'after', at: `${named}&resourceVersion={lease.metadata.resourceVersion}` },
      {
        sees: 'after',
        events: [
          { type: 'MODIFIED', has: told('first') },
          { type: 'MODIFIED', has: told('second') },
        ],
      },
      annotated('third'),
      ...['now', 'any', 'after'].map((sees): Step => ({ sees, events: [{ type: 'MODIFIED', has: told('third') }] })),
    ],
  },
  {
    name: 'a write that changes nothing, and a dry run, are not told',
    steps: [
      ...aNamespace,
      ...aLease,
      annotated('first'),
      { as: 'admin', watch: 'pool', at: `${named}&resourceVersion={first.metadata.resourceVersion}` },
      { as: 'admin', send: `PUT ${leases}/pool`, over: 'first', body: {}, expect: { status: 200, unmoved: 'first' } },
      {
        as: 'admin',
        send: `PUT ${leases}/pool?dryRun=All`,
        over: 'first',
        body: { spec: { holderIdentity: 'x' } },
        expect: { status: 200 },
      },
      annotated('second'),
      { sees: 'pool', events: [{ type: 'MODIFIED', has: told('second') }] },
    ],
  },
  {
    name: 'a resourceVersion that the server has not reached: a watch is silent, a read is 504',
    steps: [
      ...aNamespace,
      ...aLease,
      { as: 'admin', watch: 'future', at: `${named}&resourceVersion=900000000&timeoutSeconds=2` },
      annotated('first'),
      { ends: 'future' },
      {
        as: 'admin',
        send: `GET ${leases}/pool?resourceVersion=900000000`,
        expect: { status: 504, reason: 'Timeout', causes: ['ResourceVersionTooLarge'] },
      },
    ],
  },
  {
    name: 'a watch ends in good order when its time is up, after a bookmark for who wants one',
    steps: [
      ...aNamespace,
      ...aLease,
      { as: 'admin', watch: 'short', at: `${named}&resourceVersion={lease.metadata.resourceVersion}&timeoutSeconds=1` },
      { ends: 'short' },
      {
        as: 'admin',
        watch: 'marked',
        at: `${named}&resourceVersion={lease.metadata.resourceVersion}&timeoutSeconds=4&allowWatchBookmarks=true`,
      },
      annotated('first'),
      {
        sees: 'marked',
        events: [
          { type: 'MODIFIED', has: told('first') },
          {
            type: 'BOOKMARK',
            has: { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata: { resourceVersion: /^\d+$/ } },
            keep: 'mark',
          },
        ],
      },
      { ends: 'marked' },
      { as: 'admin', watch: 'resumed', at: `${named}&resourceVersion={mark.metadata.resourceVersion}` },
      annotated('second'),
      { sees: 'resumed', events: [{ type: 'MODIFIED', has: told('second') }] },
    ],
  },
  {
    name: 'a node watches its own Node and sees writes of its own, of a person and of its kubelet in order',
    steps: [
      ...aNode(),
      {
        as: 'node',
        watch: 'node',
        at: '/api/v1/nodes?fieldSelector=metadata.name%3D{node}&resourceVersion={own.metadata.resourceVersion}',
      },
      { as: 'node', watch: 'all', at: '/api/v1/nodes', expect: { status: 403 }, since: 32 },
      {
        as: 'node',
        send: 'PATCH /api/v1/nodes/{node}',
        body: { metadata: { annotations: { a: '1' } } },
        expect: { status: 200 },
      },
      {
        as: 'admin',
        send: 'PATCH /api/v1/nodes/{node}',
        body: { metadata: { annotations: { a: '2' } } },
        expect: { status: 200 },
      },
      {
        as: 'node',
        send: 'PATCH /api/v1/nodes/{node}/status',
        body: { status: { nodeInfo: { bootID: 'boot-2' } } },
        expect: { status: 200 },
      },
      {
        sees: 'node',
        events: [
          { type: 'MODIFIED', has: { metadata: { annotations: { a: '1' } } } },
          { type: 'MODIFIED', has: { metadata: { annotations: { a: '2' } } } },
          {
            type: 'MODIFIED',
            has: { metadata: { annotations: { a: '2' } }, status: { nodeInfo: { bootID: 'boot-2' } } },
          },
        ],
      },
    ],
  },
  {
    name: 'a node watches its own pods: an eviction is a condition, a deletion time, and the end',
    steps: [
      ...aNamespace,
      ...aNode(),
      ...aNode('other node'),
      { as: 'node', watch: 'all', at: '/api/v1/pods', expect: { status: 403 }, since: 32 },
      {
        as: 'node',
        send: 'GET /api/v1/pods?fieldSelector=spec.nodeName%3D{node}',
        expect: { status: 200, has: { items: [] } },
        keep: 'list',
      },
      {
        as: 'node',
        watch: 'pods',
        at: '/api/v1/pods?fieldSelector=spec.nodeName%3D{node}&resourceVersion={list.metadata.resourceVersion}',
      },
      ...aPod('theirs', { node: '{other}' }),
      ...aPod('mine'),
      {
        as: 'node',
        send: `POST ${pods}/mine/eviction`,
        body: eviction('mine'),
        expect: { status: 201 },
        eventually: true,
      },
      { as: 'node', send: `DELETE ${pods}/mine`, body: { gracePeriodSeconds: 0 }, expect: { status: 200 } },
      {
        sees: 'pods',
        events: [
          { type: 'ADDED', has: { metadata: { name: 'mine' }, status: { phase: 'Pending' } } },
          { type: 'MODIFIED', has: { metadata: { name: 'mine' }, status: { phase: 'Running' } } },
          { type: 'MODIFIED', has: { status: { conditions: [{ type: 'Ready' }, { type: 'DisruptionTarget' }] } } },
          { type: 'MODIFIED', has: { metadata: { name: 'mine', deletionGracePeriodSeconds: 30 } } },
          { type: 'MODIFIED', has: { metadata: { name: 'mine', deletionGracePeriodSeconds: 0 } } },
          { type: 'DELETED', has: { metadata: { name: 'mine', uid: '{mine.metadata.uid}' } } },
        ],
      },
    ],
  },
  {
    name: 'an object that leaves a selection is told as deleted, one that enters it as added',
    steps: [
      ...aNamespace,
      ...aLease,
      {
        as: 'admin',
        watch: 'labelled',
        at: `${leases}?labelSelector=in%3Dyes&resourceVersion={lease.metadata.resourceVersion}`,
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { metadata: { labels: { in: 'yes' } } },
        expect: { status: 200 },
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { metadata: { labels: { in: 'no' } } },
        expect: { status: 200 },
        keep: 'out',
      },
      {
        sees: 'labelled',
        events: [
          { type: 'ADDED', has: { metadata: { labels: { in: 'yes' } } } },
          {
            type: 'DELETED',
            has: { metadata: { labels: { in: 'yes' }, resourceVersion: '{out.metadata.resourceVersion}' } },
          },
        ],
      },
    ],
  },
];
