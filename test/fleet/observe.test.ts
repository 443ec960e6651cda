import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet, settings } from './fleet.ts';

const observes = { ...settings, mode: 'observe' } as const;

test('a node that observes tells what would come, and a node beside it takes its turn as if it were alone', async () => {
  await using fleet = await Fleet.open();
  const [looks, works] = [await fleet.add('looks', { settings: observes }), await fleet.add('works')];
  looks.needReboot('need-of-looks');
  await looks.until(({ reason }) => reason.code === 'would-reboot', 'what it would do');
  const before = await fleet.admin.lease();
  assert.deepEqual(before.metadata.annotations ?? {}, {});
  works.needReboot('need-of-works');
  await works.until(({ phase }) => phase === 'idle' && works.boots.length === 2, 'idle after a reboot');
  assert.equal(looks.boots.length, 1);
  assert.equal(looks.calls, 0);
  const node = await fleet.admin.node('looks');
  assert.equal(node.spec?.unschedulable ?? false, false);
  assert.deepEqual(
    Object.keys(node.metadata.annotations ?? {}).filter((name) => name.startsWith('kured-host/')),
    ['kured-host/status'],
  );
  const told = node.status?.conditions?.find(({ message }) => message.startsWith('observes only: '));
  assert.match(told?.message ?? '', /it would claim kured-host\/kured-host now/);
});

test('a switch to observe in the middle of a drain backs out, and one back goes on at once', async () => {
  await using fleet = await Fleet.open();
  const machine = await fleet.add('a');
  await fleet.admin.createPod('stays', 'a');
  machine.needReboot('need');
  await machine.until(({ podsLeft }) => podsLeft === 1, 'the drain');
  machine.configure(observes);
  await machine.until(({ phase, reason }) => phase === 'waiting' && /^would-/.test(reason.code), 'what it would do');
  assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
  assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
  assert.equal(machine.calls, 0);
  await fleet.admin.removePod('stays');
  machine.configure(settings);
  await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after a reboot');
});

test('a claim that a start in the mode observe finds is given back', async () => {
  await using fleet = await Fleet.open();
  const machine = await fleet.add('a');
  await fleet.admin.createPod('stays', 'a');
  machine.needReboot('need');
  await machine.until(({ podsLeft }) => podsLeft === 1, 'the drain');
  machine.killService();
  machine.configure(observes);
  machine.startService();
  await machine.until(({ phase, reason }) => phase === 'waiting' && /^would-/.test(reason.code), 'what it would do');
  assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
  assert.equal((await fleet.admin.lease()).metadata.annotations?.['kured-host/holders'], undefined);
});
