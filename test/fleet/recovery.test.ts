import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason } from '../../src/core/reasons.ts';
import { Fleet, settings } from './fleet.ts';
import type { Machine } from './machine.ts';

const rebooted = (machine: Machine, boots = 2) =>
  machine.until((status) => status.phase === 'idle' && machine.boots.length === boots, `idle after boot ${boots}`);

async function cordoned(fleet: Fleet, name: string): Promise<boolean> {
  return (await fleet.admin.node(name)).spec?.unschedulable === true;
}

async function holders(fleet: Fleet): Promise<string> {
  return (await fleet.admin.lease()).spec?.holderIdentity ?? '';
}

describe('what a node does when it is interrupted', { timeout: 60_000 }, () => {
  it('goes on after the service was killed while draining, and reboots once', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', {
      reboots: ['nothing'],
      settings: { ...settings, drain: { ...settings.drain } },
    });
    machine.permit({ is: 'allowed' });
    machine.needReboot('need');
    await machine.until((status) => status.phase === 'draining', 'draining');
    machine.killService();
    machine.startService();
    await machine.until((status) => status.phase === 'rebooting', 'rebooting');
    assert.equal(machine.calls, 1);
    assert.equal(await cordoned(fleet, 'a'), true);
    assert.equal(await holders(fleet), 'a');
  });

  it('backs out when permission turns while it drains: uncordoned and released, and no reboot', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('default/slow'), 'the pod to be waited for');
    assert.equal(await cordoned(fleet, 'a'), true);
    machine.permit({ is: 'refused', reasons: [reason('blocked', { source: 'the window', why: 'it has closed' })] });
    await machine.until((status) => status.phase === 'waiting', 'backed out');
    assert.equal(await cordoned(fleet, 'a'), false);
    assert.equal(await holders(fleet), '');
    assert.equal(machine.calls, 0);
    assert.equal(fleet.mostMarked, 1);
  });

  it('waits, drained, while a package manager is at work, and reboots right after it', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('default/slow'), 'the pod to be waited for');
    const apt = reason('blocked', { source: 'inhibitors', why: 'APT is at work' });
    machine.permit({ is: 'refused', reasons: [apt], passing: true });
    await fleet.admin.removePod('slow');
    await machine.until((status) => status.sentence.includes('APT is at work'), 'apt to be waited for');
    machine.killService();
    machine.startService();
    await machine.until((status) => status.sentence.includes('APT is at work'), 'apt to be waited for after a restart');
    assert.equal(await cordoned(fleet, 'a'), true);
    assert.equal(machine.calls, 0);
    machine.permit({ is: 'allowed' });
    await rebooted(machine);
    assert.equal(machine.calls, 1);
  });

  it('backs out when a person uncordons while it drains, and tries later with distance', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('default/slow'), 'the pod to be waited for');
    await fleet.admin.cordon('a', false);
    const status = await machine.until(({ reason: { code } }) => code === 'backing-off', 'backed out');
    assert.match(status.sentence, /a person uncordoned the node/);
    assert.equal(await holders(fleet), '');
    assert.equal(machine.calls, 0);
  });

  it('a person who uncordons and cordons again owns the cordon: it stays', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('default/slow'), 'the pod to be waited for');
    machine.killService();
    await fleet.admin.cordon('a', false);
    await fleet.admin.cordon('a', true);
    machine.permit({ is: 'refused', reasons: [reason('blocked', { source: 'the window', why: 'it has closed' })] });
    machine.startService();
    await machine.until((status) => status.phase === 'waiting', 'backed out');
    assert.equal(await cordoned(fleet, 'a'), true);
    assert.equal(await holders(fleet), '');
  });

  it('a request to release is honoured while it drains', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('default/slow'), 'the pod to be waited for');
    await fleet.admin.annotateLease({ 'kured-host/release': 'a' });
    await machine.until(({ reason: { code } }) => code === 'backing-off', 'backed out');
    assert.equal((await fleet.admin.lease()).metadata.annotations?.['kured-host/release'], undefined);
    assert.equal(await cordoned(fleet, 'a'), false);
  });

  it('tries again after logind refused, and reboots once it may', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { reboots: ['refused'] });
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('a backup is running'), 'the refusal to be told');
    await rebooted(machine);
    assert.equal(machine.calls, 2);
    assert.equal(await cordoned(fleet, 'a'), false);
  });

  it('a reboot that never happens leads to another try within limits, then to stuck, with the claim kept', async () => {
    await using fleet = await Fleet.open();
    const reboot = { ...settings.reboot, deadline: 50, attempts: 1 };
    const machine = await fleet.add('a', { reboots: ['nothing', 'nothing'], settings: { ...settings, reboot } });
    machine.needReboot('need');
    const status = await machine.until(({ stuck }) => stuck !== null, 'stuck');
    assert.match(status.sentence, /^stuck, needs a person/);
    assert.equal(machine.calls, 1);
    assert.equal(await holders(fleet), 'a');
    assert.equal(machine.boots.length, 1);
  });

  it('a restart of the service with the same boot ID is never taken for a reboot', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { reboots: ['nothing', 'nothing', 'nothing'] });
    machine.needReboot('need');
    await machine.until((status) => status.phase === 'rebooting', 'rebooting');
    machine.killService();
    machine.startService();
    await machine.until((status) => status.phase !== 'recovering', 'recovered');
    assert.equal(await cordoned(fleet, 'a'), true);
    assert.equal(await holders(fleet), 'a');
    assert.equal((await fleet.admin.node('a')).metadata.annotations?.['kured-host/handled'], undefined);
  });

  it("stays cordoned and holds until this boot's kubelet has reported Ready", async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { kubelet: 300 });
    machine.needReboot('need');
    await machine.until((status) => status.phase === 'verifying', 'verifying');
    assert.equal(await cordoned(fleet, 'a'), true);
    assert.equal(await holders(fleet), 'a');
    await rebooted(machine);
    assert.equal(await cordoned(fleet, 'a'), false);
  });

  it('a power cut while draining counts as the reboot, once', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { reboots: ['nothing'] });
    machine.needReboot('need');
    await machine.until((status) => status.phase === 'draining', 'draining');
    await machine.reboot();
    await rebooted(machine);
    assert.equal(await holders(fleet), '');
    assert.equal(await cordoned(fleet, 'a'), false);
  });
});

describe('what a person does, and what the node makes of it', { timeout: 60_000 }, () => {
  it('a pause keeps every node from claiming; resuming lets the first go at once', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.annotateLease({ 'kured-host/paused': 'quarter end' });
    machine.needReboot('need');
    await machine.until((status) => status.sentence.includes('quarter end'), 'the pause to be told');
    await fleet.admin.annotateLease({ 'kured-host/paused': null });
    await rebooted(machine);
  });

  it('a Lease that cannot be read is held by somebody: no reboot, nothing overwritten, the reason shown', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.annotateLease({ 'kured-host/holders': '[{' });
    machine.needReboot('need');
    await machine.until((status) => status.reason.code === 'lease-unreadable', 'the reason');
    assert.equal((await fleet.admin.lease()).metadata.annotations?.['kured-host/holders'], '[{');
    assert.equal(machine.boots.length, 1);
  });

  it('a missing Lease means no reboot', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    await fleet.admin.deleteLease();
    machine.needReboot('need');
    await machine.until((status) => status.reason.code === 'lease-missing', 'the reason');
    assert.equal(machine.boots.length, 1);
  });

  it('a forced release while the machine is down: it comes back, is verified, and uncordons without a claim', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { boot: 300 });
    machine.needReboot('need');
    await machine.until((status) => status.phase === 'rebooting', 'rebooting');
    await fleet.admin.annotateLease({ 'kured-host/holders': null });
    const lease = await fleet.admin.lease();
    await fleet.admin.call('PUT', '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/kured-host', {
      ...lease,
      spec: {},
    });
    await rebooted(machine);
    assert.equal(await cordoned(fleet, 'a'), false);
    assert.equal((await fleet.admin.node('a')).metadata.annotations?.['kured-host/claim'], undefined);
  });

  it('an entry of a dead node that an admin releases by force is taken out by the next in the queue, which then goes', async () => {
    await using fleet = await Fleet.open();
    const dead = await fleet.add('dead', { reboots: ['nothing'] });
    dead.needReboot('need');
    await dead.until((status) => status.phase === 'rebooting', 'rebooting');
    dead.off();
    const next = await fleet.add('next');
    next.needReboot('need');
    await next.until((status) => status.phase === 'queued', 'queued');
    await fleet.admin.annotateLease({ 'kured-host/force-release': 'dead' });
    await rebooted(next);
    const lease = await fleet.admin.lease();
    assert.equal(lease.metadata.annotations?.['kured-host/force-release'], undefined);
    assert.equal(lease.spec?.holderIdentity ?? '', '');
  });

  it('the same need after the reboot that met it waits for a person', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a');
    machine.needReboot('need');
    await rebooted(machine);
    machine.needReboot('need');
    const status = await machine.until(({ reason }) => reason.code === 'need-handled', 'the need to be held');
    assert.equal(status.phase, 'idle');
    assert.equal(machine.boots.length, 2);
    machine.retry();
    await rebooted(machine, 3);
  });

  it('a stop gives the place in the queue back, a restart keeps it', async () => {
    await using fleet = await Fleet.open();
    const first = await fleet.add('a', { reboots: ['nothing'] });
    first.needReboot('one');
    await first.until((status) => status.phase === 'rebooting', 'rebooting');
    const second = await fleet.add('b');
    second.needReboot('two');
    await second.until((status) => status.phase === 'queued', 'queued');
    await second.stop('restart');
    assert.match((await fleet.admin.lease()).metadata.annotations?.['kured-host/queue'] ?? '', /"b"/);
    second.startService();
    await second.until((status) => status.phase === 'queued', 'queued again');
    await second.stop('stop');
    assert.equal((await fleet.admin.lease()).metadata.annotations?.['kured-host/queue'], undefined);
  });
});
