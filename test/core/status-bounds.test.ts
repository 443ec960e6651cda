import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecord } from '../../src/core/lease/format.ts';
import { reason } from '../../src/core/reasons.ts';
import { conditionOf, statusOf } from '../../src/core/status.ts';
import { readNode } from '../../src/kubernetes/node-snapshot.ts';
import { phases, stateOf } from '../daemon/states.ts';

const now = { mono: 0, wall: 0, chance: '0'.repeat(32) };

test('the message of the condition comes back from the Node as it was written, however long the reason is', () => {
  const waits = reason('draining', { progress: `pods \u001b[2J ${'x'.repeat(5_000)}` });
  const condition = conditionOf(stateOf(phases.draining, waits, null), now);
  const read = readNode({
    metadata: { name: 'a', uid: 'u', resourceVersion: '1' },
    status: { conditions: [{ type: 'RebootRequired', ...condition }] },
  });
  assert.deepEqual(read?.condition, condition);
});

test('what others wrote into Lease and Node is escaped and bounded in the status', () => {
  const metadata = {
    name: 'kured-host',
    namespace: 'kured-host',
    uid: 'u',
    resourceVersion: '1',
    annotations: { 'kured-host/paused': `\u001b[2J${'p'.repeat(5_000)}` },
  };
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} };
  const state = stateOf(phases.idle, reason('no-need'), null);
  const { lease, node } = state.facts;
  const handled = {
    need: { fingerprint: 'f', reasons: [] },
    boot: 'b',
    at: `\u001b[2J${'t'.repeat(500)}`,
    reboots: [],
  };
  const seenNode = node.seen.is === 'node' ? node.seen.node : assert.fail();
  const annotations = { 'kured-host/handled': JSON.stringify(handled) };
  const facts = {
    ...state.facts,
    lease: { ...lease, seen: { is: 'lease', object, reading: readRecord(object) } },
    node: { ...node, seen: { is: 'node', node: { ...seenNode, annotations } } },
  } as const;
  const status = statusOf({ ...state, facts }, now);
  for (const text of [status.lease.paused ?? '', status.lastReboot ?? '']) {
    assert.ok(text.length > 0 && text.length <= 200, text);
    assert.ok(!text.includes('\u001b'), text);
  }
});
