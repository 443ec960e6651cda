import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conditionOn } from './condition.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';

const ended =
  /^kured-host ended its work on this node at \S+Z, and nothing tells any more whether it needs a reboot; nothing is held$/;

/** A node in each phase that a stop gives back, with what the Node says of it before. */
async function idle(fleet: Fleet): Promise<Machine> {
  const machine = await fleet.add('a');
  await machine.until((status) => status.phase === 'idle', 'idle');
  return machine;
}

async function queued(fleet: Fleet): Promise<Machine> {
  const holder = await fleet.add('holder', { reboots: ['nothing'] });
  holder.needReboot('one');
  await holder.until((status) => status.phase === 'rebooting', 'rebooting');
  const machine = await fleet.add('a');
  machine.needReboot('two');
  await machine.until((status) => status.phase === 'queued', 'queued');
  return machine;
}

async function draining(fleet: Fleet): Promise<Machine> {
  const machine = await fleet.add('a');
  await fleet.admin.createPod('stays', 'a');
  machine.needReboot('need');
  await machine.until(({ sentence }) => sentence.includes('default/stays'), 'the pod to be waited for');
  return machine;
}

describe('a node whose service was stopped says on its Node that nobody looks after it any more', () => {
  for (const [name, begin] of Object.entries({ idle, queued, draining })) {
    it(`where it was ${name}, and what is true again when it is started`, async () => {
      await using fleet = await Fleet.open();
      const machine = await begin(fleet);
      await machine.stop('stop');
      const { status, reason, message } = await conditionOn(fleet.admin, 'a');
      assert.deepEqual([status, reason], ['Unknown', 'ServiceEnded']);
      assert.match(message, ended);
      machine.needNothing();
      machine.startService();
      await machine.until((status) => status.phase === 'idle', 'idle again');
      await machine.stop('restart');
      assert.deepEqual((await conditionOn(fleet.admin, 'a')).reason, 'NoNeed');
    });
  }

  it('and of a claim that is left after the reboot was asked for', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { reboots: ['nothing'] });
    machine.needReboot('need');
    await machine.until(({ reason }) => reason.code === 'reboot-asked', 'the reboot to be waited for');
    await machine.stop('stop');
    const { status, message } = await conditionOn(fleet.admin, 'a');
    assert.equal(status, 'Unknown');
    assert.match(message, /; the claim in kured-host\/kured-host is left as it is \(rebooting\)$/);
  });
});

for (const meaning of ['restart', 'shutdown', 'unknown'] as const) {
  it(`a service that ends by "${meaning}" leaves the condition to the next start`, async () => {
    await using fleet = await Fleet.open();
    const machine = await idle(fleet);
    await machine.stop(meaning);
    assert.equal((await conditionOn(fleet.admin, 'a')).reason, 'NoNeed');
  });
}
