import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cordonIsOurs, cordonPatch, restorePatch } from '../../src/core/cordon-mark.ts';
import { follow } from './following.ts';
import { type StoryTarget, stage } from './story-target.ts';

const mark = { claim: 'c1', boot: { id: 'b', soft: null }, need: { fingerprint: 'f', reasons: [] }, lease: 'l' };

export function nodeStories(target: () => StoryTarget): void {
  test('the own Node: cordon and mark in one guarded patch, ours by managedFields; a person takes it over', async () => {
    await using s = await stage(target());
    const { node } = s.ready.cluster;
    const first = await node.read(s.signal);
    assert.ok(first.is === 'found');
    assert.equal(first.object.unschedulable, false);
    const cordoned = await node.patch(cordonPatch(first.object, mark, 'w1'), s.signal);
    assert.ok(cordoned.is === 'written');
    assert.equal(cordoned.object.unschedulable, true);
    assert.deepEqual(cordoned.object.cordonOwner, { manager: 'kured-host' });
    assert.ok(cordonIsOurs(cordoned.object));

    assert.deepEqual(await node.patch(cordonPatch(first.object, mark, 'w2'), s.signal), { is: 'conflict' });
    const stranger = { ...cordoned.object, uid: '00000000-0000-0000-0000-000000000000' };
    assert.deepEqual(await node.patch(cordonPatch(stranger, mark, 'w3'), s.signal), { is: 'conflict' });

    const path = `/api/v1/nodes/${s.node}`;
    await s.admin.patch(path, { spec: { unschedulable: null } }, 'merge', { fieldManager: 'kubectl-uncordon' });
    await s.admin.patch(path, { spec: { unschedulable: true } }, 'merge', { fieldManager: 'kubectl-cordon' });
    const theirs = await node.read(s.signal);
    assert.ok(theirs.is === 'found');
    assert.deepEqual(theirs.object.cordonOwner, { manager: 'kubectl-cordon' });
    assert.ok(!cordonIsOurs(theirs.object));
  });

  test('the own Node: restoring takes off mark and cordon, and leaves no owner of the cordon', async () => {
    await using s = await stage(target());
    const { node } = s.ready.cluster;
    const first = await node.read(s.signal);
    assert.ok(first.is === 'found');
    const cordoned = await node.patch(cordonPatch(first.object, mark, 'w1'), s.signal);
    assert.ok(cordoned.is === 'written');
    // The taint that follows a cordon is a change of its own, so the first try may be a conflict.
    let restored = await node.patch(restorePatch(cordoned.object, 'handled', 'w2'), s.signal);
    for (let tries = 0; restored.is === 'conflict' && tries < 10; tries++) {
      const now = await node.read(s.signal);
      assert.ok(now.is === 'found');
      restored = await node.patch(restorePatch(now.object, 'handled', 'w2'), s.signal);
    }
    assert.ok(restored.is === 'written');
    assert.equal(restored.object.unschedulable, false);
    assert.equal(restored.object.cordonOwner, 'nobody');
    assert.deepEqual(restored.object.annotations, { 'kured-host/handled': 'handled', 'kured-host/write': 'w2' });
  });

  test('the own Node: condition and status annotation are accepted by nodes/status and leave the rest alone', async () => {
    await using s = await stage(target());
    const { node } = s.ready.cluster;
    const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-05T08:00:00Z', message: 'kubelet' };
    const nodeInfo = { bootID: 'boot-1' };
    await s.admin.patch(`/api/v1/nodes/${s.node}/status`, { status: { conditions: [ready], nodeInfo } }, 'strategic');
    const condition = { status: 'True', reason: 'Waiting', message: 'waits' } as const;
    const published = await node.publish(condition, 'a sentence', s.signal);
    assert.ok(published.is === 'written');
    const { object } = published;
    assert.deepEqual(object.condition, condition);
    assert.equal(object.annotations['kured-host/status'], 'a sentence');
    assert.deepEqual([object.ready, object.bootID, object.readyHeartbeat], ['True', 'boot-1', Date.UTC(2026, 0, 5, 8)]);
    // As the kubelet sends its own: a strategic merge of what it knows.
    await s.admin.patch(
      `/api/v1/nodes/${s.node}/status`,
      { status: { conditions: [{ ...ready, status: 'False' }] } },
      'strategic',
    );
    const read = await node.read(s.signal);
    assert.ok(read.is === 'found');
    assert.deepEqual(read.object.condition, condition);
    assert.equal(read.object.ready, 'False');
  });

  test('the own Node: watched from list to deletion and to another one of that name; gone is a proven 404', async () => {
    await using s = await stage(target());
    const { node } = s.ready.cluster;
    const watch = follow(node.watch(s.signal));
    const listed = await watch.expect('listed');
    assert.deepEqual(
      listed.objects.map((one) => one.name),
      [s.node],
    );
    const path = `/api/v1/nodes/${s.node}`;
    await s.admin.patch(path, { metadata: { annotations: { 'kured-host/hold': 'me' } } }, 'merge');
    const changed = await watch.expect('changed');
    assert.equal(changed.object.annotations['kured-host/hold'], 'me');
    await s.admin.delete(path);
    assert.equal((await watch.expect('deleted')).object.uid, changed.object.uid);
    assert.deepEqual(await node.read(s.signal), { is: 'gone' });
    assert.deepEqual(await node.patch(restorePatch(changed.object, null, 'w'), s.signal), { is: 'gone' });
    await s.admin.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: s.node } });
    assert.notEqual((await watch.expect('changed')).object.uid, changed.object.uid);
  });

  test('Events about the Node are found by kubectl describe node', async () => {
    await using s = await stage(target());
    const read = await s.ready.cluster.node.read(s.signal);
    assert.ok(read.is === 'found');
    const event = {
      type: 'Normal',
      reason: 'RebootClaimed',
      message: 'it is my turn',
      nodeUid: read.object.uid,
    } as const;
    assert.deepEqual(await s.ready.cluster.tell(event, s.signal), { is: 'told' });
    const kubectl = target().kubectl;
    if (kubectl === null) {
      const selector = `involvedObject.kind=Node,involvedObject.name=${s.node},involvedObject.uid=${read.object.uid}`;
      const list = await s.admin.get<{ items: unknown[] }>('/api/v1/events', {
        fieldSelector: `${selector},involvedObject.namespace=`,
      });
      assert.equal(list.items.length, 1);
    } else {
      assert.match(
        await kubectl(['describe', 'node', s.node]),
        /Normal\s+RebootClaimed\s+\S+\s+kured-host\s+it is my turn/,
      );
    }
  });
}
