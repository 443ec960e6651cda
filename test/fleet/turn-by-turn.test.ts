import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet, settings } from './fleet.ts';

test('five nodes that all need a reboot are rebooted exactly once each, never two at a time', async () => {
  await using fleet = await Fleet.open();
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await fleet.add(name);
  for (const machine of fleet.machines) machine.needReboot(`need-of-${machine.name}`);
  for (const machine of fleet.machines) {
    await machine.until((status) => status.phase === 'idle' && machine.boots.length === 2, 'idle after a reboot');
  }
  assert.deepEqual(
    fleet.machines.map(({ boots }) => boots.length),
    [2, 2, 2, 2, 2],
  );
  assert.equal(fleet.mostMarked, 1);
  const lease = await fleet.admin.lease();
  assert.equal(lease.spec?.holderIdentity ?? '', '');
  assert.equal(lease.metadata.annotations?.['kured-host/holders'], undefined);
  for (const name of names) assert.equal((await fleet.admin.node(name)).spec?.unschedulable ?? false, false);
});

test('with concurrency 2 no more than two are away at once, and everyone has a turn', async () => {
  await using fleet = await Fleet.open();
  for (const name of ['a', 'b', 'c', 'd']) await fleet.add(name, { settings: { ...settings, concurrency: 2 } });
  for (const machine of fleet.machines) machine.needReboot(`need-of-${machine.name}`);
  for (const machine of fleet.machines) {
    await machine.until((status) => status.phase === 'idle' && machine.boots.length === 2, 'idle after a reboot');
  }
  assert.equal(fleet.mostMarked, 2);
});

test('a node that a person has cordoned is rebooted and stays cordoned', async () => {
  await using fleet = await Fleet.open();
  const machine = await fleet.add('a');
  await fleet.admin.cordon('a', true);
  machine.needReboot('need');
  await machine.until((status) => status.phase === 'idle' && machine.boots.length === 2, 'idle after a reboot');
  assert.equal((await fleet.admin.node('a')).spec?.unschedulable, true);
});
