import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podBlockersSource } from '../../src/kubernetes/pod-blockers.ts';
import { clusterAs } from './connections.ts';
import { Fleet, settings } from './fleet.ts';
import type { Machine } from './machine.ts';

/** A node on which the pods of backups are against a reboot. */
async function watched(fleet: Fleet): Promise<Machine> {
  const { clock } = fleet.server;
  const cluster = clusterAs(fleet.server, 'a', clock);
  const blockers = [{ selector: 'app=backup', namespaces: null }];
  const source = podBlockersSource({ pods: cluster.pods, clock, settings: () => blockers });
  return await fleet.add('a', {
    cluster,
    permissions: [source],
    settings: { ...settings, blockers: { ...settings.blockers, pods: blockers } },
  });
}

describe('a node with pods that keep it from rebooting', { timeout: 120_000 }, () => {
  it('waits without a claim while one is there, and goes on at once when it is gone', async () => {
    await using fleet = await Fleet.open();
    const machine = await watched(fleet);
    await fleet.admin.createPod('nightly', 'a', { app: 'backup' });
    machine.needReboot('need');
    const waits = await machine.until(({ reason }) => reason.code === 'pods-block', 'the pod to be waited for');
    assert.equal(waits.phase, 'waiting');
    assert.match(waits.sentence, /1 pod\(s\) on this node are against a reboot: default\/nightly/);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    await fleet.admin.removePod('nightly');
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    assert.equal(machine.calls, 1);
  });

  it('backs out of its drain at once when one comes after the claim: uncordoned, released, no reboot', async () => {
    await using fleet = await Fleet.open();
    const machine = await watched(fleet);
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
    await fleet.admin.createPod('nightly', 'a', { app: 'backup' });
    const { sentence } = await machine.until(({ phase }) => phase === 'waiting', 'backed out');
    assert.match(sentence, /against a reboot: default\/nightly/);
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    assert.equal(machine.calls, 0);
    assert.equal((await fleet.admin.pod('nightly')).metadata.deletionTimestamp, undefined, 'it is not evicted');
  });
});
