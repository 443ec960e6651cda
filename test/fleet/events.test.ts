import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fleet } from './fleet.ts';

interface EventLike {
  readonly reason: string;
  readonly involvedObject: { readonly name: string; readonly uid: string };
}

async function events(fleet: Fleet): Promise<readonly EventLike[]> {
  const list = (await fleet.admin.call('GET', '/api/v1/namespaces/default/events')) as { items: EventLike[] };
  return list.items;
}

describe('Events on the Node', { timeout: 60_000 }, () => {
  it('are two for a back-out, and none comes from those that wait', async () => {
    await using fleet = await Fleet.open();
    const first = await fleet.add('a');
    for (const name of ['b', 'c', 'd']) await fleet.add(name, { reboots: ['nothing', 'nothing', 'nothing'] });
    await fleet.admin.createPod('slow', 'a');
    first.needReboot('need');
    await first.until((status) => status.sentence.includes('default/slow'), 'the pod to be waited for');
    for (const machine of fleet.machines.slice(1)) {
      machine.needReboot('need');
      await machine.until((status) => status.phase === 'queued', 'queued');
    }
    await fleet.admin.annotateLease({ 'kured-host/paused': 'the others stay' });
    await first.until((status) => status.phase === 'waiting', 'backed out by the pause');
    assert.deepEqual(
      (await events(fleet)).map(({ reason, involvedObject }) => `${reason} ${involvedObject.name}`).sort(),
      ['RebootBackedOut a', 'RebootDraining a'],
    );
  });

  it('tell draining, rebooting and the proof, by the UID of the Node', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    machine.needReboot('need');
    await machine.until((status) => status.phase === 'idle' && machine.boots.length === 2, 'idle after a reboot');
    const node = (await fleet.admin.node('a')) as { metadata: { uid?: string } };
    assert.deepEqual(
      (await events(fleet)).map(({ reason, involvedObject }) => `${reason} ${involvedObject.uid}`).sort(),
      ['RebootDraining', 'RebootProven', 'Rebooting'].map((reason) => `${reason} ${node.metadata.uid}`),
    );
  });
});
