import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CordonOwner } from '../../src/core/node-view.ts';
import { readNode } from '../../src/kubernetes/node-snapshot.ts';
import { readPod } from '../../src/kubernetes/pods.ts';

const meta = { name: 'n1', uid: 'u1', resourceVersion: '5' };
const cordonField = { 'f:spec': { 'f:unschedulable': {} } };
const annotated = (name: string) => ({ 'f:metadata': { 'f:annotations': { [`f:kured-host/${name}`]: {} } } });
const [markField, writeField] = [annotated('claim'), annotated('write')];

describe('the view of a Node', () => {
  test('takes what decisions need, with labels, annotations and taints as they stand', () => {
    const taint = { key: 'disk', effect: 'NoExecute', timeAdded: '2026-01-05T08:00:00Z', later: 1 };
    const node = readNode({
      metadata: { ...meta, labels: { zone: 'a' }, annotations: { 'kured-host/hold': '', other: 'x' } },
      spec: { unschedulable: true, taints: [taint] },
      status: {
        nodeInfo: { bootID: 'b-1' },
        conditions: [
          { type: 'Ready', status: 'False', message: 'PLEG\u0007', lastHeartbeatTime: '2026-01-05T08:00:00Z' },
          { type: 'RebootRequired', status: 'True', reason: 'Draining', message: 'm' },
        ],
      },
    });
    assert.deepEqual(node, {
      ...meta,
      unschedulable: true,
      cordonOwner: 'unknown',
      labels: { zone: 'a' },
      annotations: { 'kured-host/hold': '', other: 'x' },
      taints: [taint],
      bootID: 'b-1',
      ready: 'False',
      readyMessage: 'PLEG\\x07',
      readyHeartbeat: Date.UTC(2026, 0, 5, 8),
      condition: { status: 'True', reason: 'Draining', message: 'm' },
    });
  });

  test('of a Node that nobody has reported yet is empty, not wrong', () => {
    const node = readNode({ metadata: meta });
    assert.ok(node !== null);
    assert.deepEqual(
      [node.unschedulable, node.bootID, node.ready, node.readyHeartbeat, node.condition],
      [false, '', 'Unknown', null, null],
    );
  });

  test('is none without name, uid or version', () => {
    for (const field of ['name', 'uid', 'resourceVersion'])
      assert.equal(readNode({ metadata: { ...meta, [field]: '' } }), null);
  });

  const owners: readonly [string, unknown, CordonOwner][] = [
    ['no managedFields', undefined, 'unknown'],
    ['managedFields of others', [{ manager: 'kubelet', fieldsV1: { 'f:status': {} } }], 'nobody'],
    ['empty managedFields', [], 'nobody'],
    ['kubectl', [{ manager: 'kubectl-cordon', fieldsV1: cordonField }], { manager: 'kubectl-cordon' }],
    [
      'us, beside our status',
      [
        { manager: 'kured-host', subresource: 'status', fieldsV1: { 'f:status': {} } },
        { manager: 'kured-host', fieldsV1: cordonField },
      ],
      { manager: 'kured-host' },
    ],
    [
      'us and somebody who applied the same: not ours alone',
      [
        { manager: 'kured-host', fieldsV1: cordonField },
        { manager: 'terraform', operation: 'Apply', fieldsV1: cordonField },
      ],
      { manager: 'terraform' },
    ],
    [
      'us, merged with the oldest, as our mark is in the same entry',
      [
        { manager: 'kured-host', fieldsV1: writeField },
        { manager: 'ancient-changes', fieldsV1: { ...cordonField, ...markField } },
      ],
      'unknown',
    ],
    [
      'somebody merged with the oldest, while our mark is in an entry of its own',
      [
        { manager: 'ancient-changes', fieldsV1: cordonField },
        { manager: 'kured-host', fieldsV1: markField },
      ],
      { manager: 'ancient-changes' },
    ],
    [
      'us, merged with the oldest, and somebody who applied the same',
      [
        { manager: 'ancient-changes', fieldsV1: { ...cordonField, ...markField } },
        { manager: 'terraform', operation: 'Apply', fieldsV1: cordonField },
      ],
      { manager: 'terraform' },
    ],
  ];
  for (const [title, managedFields, owner] of owners) {
    test(`knows who owns the cordon: ${title}`, () => {
      const metadata = managedFields === undefined ? meta : { ...meta, managedFields };
      assert.deepEqual(readNode({ metadata, spec: { unschedulable: true } })?.cordonOwner, owner);
    });
  }
});

describe('the view of a pod', () => {
  const pod = { metadata: { namespace: 'web', name: 'a', uid: 'u' } };

  test('takes controller, mirror, emptyDir, deletion and finalizers', () => {
    const view = readPod({
      metadata: {
        ...pod.metadata,
        labels: { app: 'a' },
        annotations: { 'kubernetes.io/config.mirror': 'h' },
        ownerReferences: [
          { kind: 'Other', name: 'o', apiVersion: 'v1' },
          { kind: 'DaemonSet', name: 'd', apiVersion: 'apps/v1', controller: true },
        ],
        creationTimestamp: '2026-01-05T07:00:00Z',
        deletionTimestamp: '2026-01-05T08:00:00Z',
        finalizers: ['f'],
      },
      spec: {
        volumes: [
          { name: 'c', configMap: {} },
          { name: 'e', emptyDir: {} },
        ],
      },
      status: { phase: 'Running' },
    });
    assert.deepEqual(view, {
      ...pod.metadata,
      phase: 'Running',
      labels: { app: 'a' },
      controller: { kind: 'DaemonSet', name: 'd', apiVersion: 'apps/v1' },
      mirror: true,
      usesEmptyDir: true,
      created: Date.UTC(2026, 0, 5, 7),
      deletionTime: Date.UTC(2026, 0, 5, 8),
      finalizers: ['f'],
    });
  });

  test('of a bare pod has nothing of these, and an unknown phase is Unknown', () => {
    const view = readPod({ ...pod, status: { phase: 'Hibernating' } });
    assert.deepEqual(view, {
      ...pod.metadata,
      phase: 'Unknown',
      labels: {},
      controller: null,
      mirror: false,
      usesEmptyDir: false,
      created: null,
      deletionTime: null,
      finalizers: [],
    });
  });
});
