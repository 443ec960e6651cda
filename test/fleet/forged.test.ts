import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHandled } from '../../src/core/handled.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/kured-host';

/** What the holders' annotation says. */
async function holders(fleet: Fleet): Promise<readonly Record<string, unknown>[]> {
  return JSON.parse((await fleet.admin.lease()).metadata.annotations?.['kured-host/holders'] ?? '[]');
}

/** Whoever has root on a node of the pool may write the Lease. */
async function forge(fleet: Fleet, entries: readonly Record<string, unknown>[]): Promise<void> {
  await fleet.admin.patch(leasePath, {
    metadata: { annotations: { 'kured-host/holders': JSON.stringify(entries) } },
    spec: { holderIdentity: entries.map(({ node }) => node).join(',') },
  });
}

async function draining(fleet: Fleet, name: string): Promise<Machine> {
  const machine = await fleet.add(name);
  await fleet.admin.createPod(`stays-${name}`, name);
  machine.needReboot('kernel');
  await machine.until(({ sentence }) => sentence.includes(`stays-${name}`), 'the pod to be waited for');
  return machine;
}

/** Reboots once, for the need that it had all the time, and only then notes it as met. */
async function rebootsAfterAll(fleet: Fleet, machine: Machine): Promise<void> {
  const { name } = machine;
  assert.equal((await fleet.admin.node(name)).metadata.annotations?.['kured-host/handled'], undefined);
  assert.equal(machine.boots.length, 1);
  await fleet.admin.removePod(`stays-${name}`);
  machine.killService();
  machine.startService();
  await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'rebooted');
  const { annotations } = (await fleet.admin.node(name)).metadata;
  assert.equal(parseHandled(annotations?.['kured-host/handled'] ?? '')?.need.fingerprint, 'kernel');
}

describe('an entry that another node has written proves no reboot', { timeout: 60_000 }, () => {
  it('of a node that drains, under another claim: it backs out, and reboots in another turn', async () => {
    await using fleet = await Fleet.open();
    const machine = await draining(fleet, 'a');
    const [own] = await holders(fleet);
    await forge(fleet, [{ ...own, boot: 'forged', claim: 'forged' }]);
    await machine.until(({ reason: { code } }) => code === 'backing-off', 'backed out');
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
    assert.deepEqual(await holders(fleet), []);
    assert.match(machine.status?.sentence ?? '', /somebody changed it/);
  });

  it('of a node that drains, and whose service is started again', async () => {
    await using fleet = await Fleet.open();
    const machine = await draining(fleet, 'a');
    const [own] = await holders(fleet);
    await forge(fleet, [{ ...own, boot: 'forged' }]);
    machine.killService();
    machine.startService();
    await machine.until(({ reason: { code } }) => code === 'backing-off', 'backed out');
    assert.deepEqual(await holders(fleet), []);
  });

  it('of a node that waits for its turn: the entry is given back, and the node reboots when its turn comes', async () => {
    await using fleet = await Fleet.open();
    await draining(fleet, 'b');
    const machine = await fleet.add('a');
    await fleet.admin.createPod('stays-a', 'a');
    machine.needReboot('kernel');
    await machine.until(({ phase }) => phase === 'queued', 'queued');
    const [own] = await holders(fleet);
    const need = { fingerprint: 'kernel', reasons: ['linux-image'] };
    const forged = {
      ...own,
      node: 'a',
      machine: 'machine-a',
      claim: 'forged',
      boot: 'forged',
      phase: 'rebooting',
      need,
    };
    await forge(fleet, [{ ...own }, forged]);
    await machine.until(({ phase }) => phase !== 'queued', 'noticed');
    await machine.until(({ phase }) => phase === 'queued', 'given back');
    await fleet.admin.removePod('stays-b');
    await machine.until(({ sentence }) => sentence.includes('stays-a'), 'its own turn');
    await rebootsAfterAll(fleet, machine);
  });
});
