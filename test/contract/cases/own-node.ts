import { aNode, own } from '../arrange.ts';
import type { Case, Step } from '../case.ts';

const guard = { uid: '{own.metadata.uid}', resourceVersion: '{own.metadata.resourceVersion}' };
const cordon: Step = {
  as: 'node',
  send: `PATCH ${own}?fieldManager=kured-host`,
  body: { metadata: { ...guard, annotations: { 'kured-host/claim': 'c1' } }, spec: { unschedulable: true } },
  expect: {
    status: 200,
    moved: 'own',
    has: { metadata: { annotations: { 'kured-host/claim': 'c1' } }, spec: { unschedulable: true } },
    cordonOwner: 'kured-host',
  },
  keep: 'cordoned',
};
/** The node lifecycle controller answers a cordon with a taint: afterwards nobody else writes the Node. */
const settled: Step = {
  as: 'node',
  send: `GET ${own}`,
  expect: {
    status: 200,
    has: { spec: { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] } },
  },
  eventually: true,
  keep: 'own',
};
const kubectl = 'kubectl/v1.36.3 (linux/amd64) kubernetes/abcdef';

export const ownNodeCases: readonly Case[] = [
  {
    name: 'a node reads its own Node, which may not be there, and no other',
    steps: [
      {
        as: 'node',
        send: `GET ${own}`,
        expect: { status: 404, reason: 'NotFound', has: { details: { kind: 'nodes' } } },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { labels: { a: 'b' } } },
        expect: { status: 404, reason: 'NotFound' },
      },
      ...aNode(),
      ...aNode('other node'),
      {
        as: 'node',
        send: `GET ${own}`,
        expect: { status: 200, has: { kind: 'Node', apiVersion: 'v1', status: { nodeInfo: { bootID: 'boot-1' } } } },
      },
      { as: 'node', send: `GET ${own}?resourceVersion=0`, expect: { status: 200 }, eventually: true },
      {
        as: 'node',
        send: 'GET /api/v1/nodes/{other}',
        expect: { status: 403, reason: 'Forbidden', message: /only its own Node object/ },
        since: 32,
      },
      { as: 'node', send: 'GET /api/v1/nodes', expect: { status: 403, message: /cannot read all nodes/ }, since: 32 },
      {
        as: 'node',
        send: 'GET /api/v1/nodes?fieldSelector=metadata.name%3D{node}',
        expect: {
          status: 200,
          has: { kind: 'NodeList', metadata: { resourceVersion: /^\d+$/ }, items: [{ metadata: { name: '{node}' } }] },
          lacks: ['items.0.kind', 'items.0.apiVersion'],
        },
      },
    ],
  },
  {
    name: 'a node cordons itself and marks it in one guarded merge patch; the field manager owns the cordon',
    steps: [
      ...aNode(),
      cordon,
      { ...cordon, expect: { status: 409, reason: 'Conflict', message: /the object has been modified/ } },
    ],
  },
  {
    name: 'the guard of a patch: a stale resourceVersion is 409 even without a change, another uid 422, no guard none',
    steps: [
      ...aNode(),
      cordon,
      settled,
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { resourceVersion: '{cordoned.metadata.resourceVersion}' }, spec: { unschedulable: true } },
        expect: { status: 409, reason: 'Conflict' },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { uid: '00000000-0000-4000-8000-000000000000' }, spec: { unschedulable: null } },
        expect: { status: 422, reason: 'Invalid', message: /field is immutable/ },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { spec: { unschedulable: true } },
        expect: { status: 200, unmoved: 'own' },
      },
    ],
  },
  {
    name: 'a patch that changes nothing leaves the resourceVersion where it is',
    steps: [
      ...aNode(),
      ...['merge', 'strategic'].map(
        (patch): Step => ({
          as: 'node',
          send: `PATCH ${own}?fieldManager=kured-host`,
          patch: patch as 'merge' | 'strategic',
          body: { metadata: { ...guard, annotations: { 'kured-host/claim': null } }, spec: { unschedulable: null } },
          expect: { status: 200, unmoved: 'own' },
        }),
      ),
      {
        as: 'node',
        send: `PATCH ${own}?fieldManager=kured-host`,
        body: { spec: { unschedulable: false } },
        expect: { status: 200, unmoved: 'own', lacks: ['spec.unschedulable'] },
      },
    ],
  },
  {
    name: 'whose cordon: a person who uncordons and cordons again becomes its owner, our mark stays',
    steps: [
      ...aNode(),
      cordon,
      settled,
      {
        as: 'admin',
        send: `PATCH ${own}`,
        patch: 'strategic',
        agent: kubectl,
        body: { spec: { unschedulable: null } },
        expect: {
          status: 200,
          cordonOwner: null,
          lacks: ['spec.unschedulable'],
          has: { metadata: { annotations: { 'kured-host/claim': 'c1' } } },
        },
      },
      {
        as: 'admin',
        send: `PATCH ${own}`,
        patch: 'strategic',
        agent: kubectl,
        body: { spec: { unschedulable: true } },
        expect: {
          status: 200,
          cordonOwner: 'kubectl',
          has: { metadata: { annotations: { 'kured-host/claim': 'c1' } } },
        },
      },
    ],
  },
  {
    name: 'a cordon of a cordoned Node by a person changes nothing, not even the owner',
    steps: [
      ...aNode(),
      cordon,
      settled,
      {
        as: 'admin',
        send: `PATCH ${own}`,
        patch: 'strategic',
        agent: kubectl,
        body: { spec: { unschedulable: true } },
        expect: { status: 200, unmoved: 'own', cordonOwner: 'kured-host' },
      },
    ],
  },
  {
    name: 'a Node that was made without anything to own has no managedFields, whoever writes it later',
    steps: [
      { as: 'node', send: 'POST /api/v1/nodes', body: { metadata: { name: '{node}' } }, expect: { status: 201 } },
      {
        as: 'node',
        send: `PATCH ${own}?fieldManager=kured-host`,
        body: { spec: { unschedulable: true } },
        expect: { status: 200, has: { spec: { unschedulable: true } }, lacks: ['metadata.managedFields'] },
      },
    ],
  },
  {
    name: 'an uncordon takes the taint of the control plane with it',
    steps: [
      ...aNode(),
      cordon,
      settled,
      {
        as: 'node',
        send: `PATCH ${own}?fieldManager=kured-host`,
        body: { metadata: { ...guard, annotations: { 'kured-host/claim': null } }, spec: { unschedulable: null } },
        expect: { status: 200, moved: 'own', lacks: ['spec.unschedulable', 'metadata.annotations.kured-host/claim'] },
      },
      { as: 'node', send: `GET ${own}`, expect: { status: 200, lacks: ['spec.taints'] }, eventually: true },
    ],
  },
  {
    name: 'what NodeRestriction refuses a node on its own Node, and on others',
    steps: [
      ...aNode(),
      ...aNode('other node'),
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
        expect: { status: 403, reason: 'Forbidden', message: /is not allowed to modify taints/ },
      },
      {
        as: 'node',
        send: 'PATCH /api/v1/nodes/{other}',
        body: { spec: { unschedulable: true } },
        expect: { status: 403, message: /node "{0,1}.* is not allowed to modify node/ },
      },
      {
        as: 'node',
        send: 'PATCH /api/v1/nodes/{other}/status',
        body: { metadata: { annotations: { a: 'b' } } },
        expect: { status: 403, message: /is not allowed to modify node/ },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { labels: { 'node-role.kubernetes.io/x': '' } } },
        expect: { status: 403, message: /is not allowed to modify labels: node-role.kubernetes.io\/x/ },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { labels: { 'example.org/reboot': 'yes', 'node.kubernetes.io/x': 'y' } } },
        expect: { status: 200 },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'x', uid: 'y' }] } },
        expect: { status: 403, message: /ownerReferences/ },
        since: 32,
      },
      { as: 'node', send: `DELETE ${own}`, expect: { status: 403, reason: 'Forbidden' } },
      { as: 'node', send: 'POST /api/v1/nodes', body: { metadata: { name: '{node}-2' } }, expect: { status: 403 } },
    ],
  },
];
