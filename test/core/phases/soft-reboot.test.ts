import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHandled } from '../../../src/core/handled.ts';
import { reasonRemedy } from '../../../src/core/reasons.ts';
import { me } from '../lease/samples.ts';
import { everyState } from './every-state.ts';
import { LawJudge } from './judge.ts';
import { noCounts } from './judge-counts.ts';
import { type Setting, sample, settings } from './samples.ts';
import { World } from './world.ts';

const counts = noCounts();

/** A node that reboots softly: /run, and the sentinel in it, are there afterwards as before. */
function softWorld(): World {
  const model = { settings: { ...settings, rebootMethod: 'soft-reboot' as const }, needStays: false };
  return new World(model, new LawJudge(counts));
}

function goOnUntil(world: World, what: string, is: () => boolean): void {
  for (let round = 0; round < 200 && !is(); round += 1) {
    if ((world.server.node?.readyHeartbeat ?? 0) <= world.began) world.act({ do: 'kubelet', ready: true });
    world.goOn();
  }
  assert.ok(is(), `${what}, not ${world.process?.state.phase.name} (${world.process?.state.waits.code})`);
}

function handledBoots(world: World): readonly [boot: string, reboots: number] | null {
  const handled = world.server.node === null ? null : readHandled(world.server.node);
  return handled === null ? null : [handled.boot, handled.reboots.length];
}

test('one need causes one soft reboot: the sentinel that outlives it is reported, and waits for a need of another name', () => {
  const world = softWorld();
  world.act({ do: 'need', is: 'new' });
  goOnUntil(world, 'idle after the first', () => world.process?.state.waits.code === 'need-handled');
  assert.deepEqual([world.boot, handledBoots(world)], [{ id: 'boot-0', soft: 1 }, ['boot-0/1', 1]]);
  assert.equal(world.server.node?.unschedulable, false);
  for (let round = 0; round < 10; round += 1) world.goOn();
  assert.deepEqual(world.boot, { id: 'boot-0', soft: 1 });

  world.act({ do: 'need', is: 'new' });
  goOnUntil(world, 'idle after the second', () => world.boot.soft === 2 && handledBoots(world)?.[0] === 'boot-0/2');
  assert.deepEqual(handledBoots(world), ['boot-0/2', 2], 'both count towards maxRebootsPerDay');
});

test('a Ready from before the soft reboot proves nothing', () => {
  const world = softWorld();
  world.act({ do: 'need', is: 'new' });
  world.act({ do: 'kubelet', ready: true });
  for (let round = 0; round < 200 && world.process?.state.phase.name !== 'verifying'; round += 1) world.goOn();
  for (let round = 0; round < 20; round += 1) world.goOn();
  assert.deepEqual(
    [world.process?.state.phase.name, world.process?.state.waits.code],
    ['verifying', 'kubelet-silent-since'],
  );
  assert.equal(world.server.node?.unschedulable, true);
});

/** A service that learnt this count of soft reboots when it started. */
function counting(soft: number | null): Pick<Setting, 'settings' | 'facts'> {
  return { settings: { rebootMethod: 'soft-reboot' }, facts: { me: { ...me, boot: { ...me.boot, soft } } } };
}

test('no pod is moved for a claim whose soft reboot could not be proven: somebody rebooted softly since, or nobody counted', () => {
  const { phase } = everyState().draining.evict.state;
  const after = (claimed: number | null, now: number | null) => {
    const { state, pending } = sample(phase, {
      entry: { boot: { id: me.boot.id, soft: claimed } },
      cordoned: true,
      ...counting(now),
    });
    const why = state.phase.name === 'backing-out' ? state.phase.cause : state.waits;
    return [state.phase.name, pending.has('drain'), why.code];
  };
  assert.deepEqual(after(0, 0), ['draining', true, 'draining']);
  assert.deepEqual(after(0, 1), ['backing-out', false, 'method-unusable']);
  assert.deepEqual(after(null, 0), ['backing-out', false, 'method-unusable']);
});

test('a service that started before systemd counted soft reboots claims nothing, and says what helps', () => {
  const wants = (soft: number | null) => {
    const { state } = sample({ name: 'waiting', poll: 'no', notBefore: 0 }, counting(soft));
    return [state.phase.name, reasonRemedy(state.waits)];
  };
  assert.deepEqual(wants(null), ['waiting', '`systemctl restart kured-host` asks it again']);
  assert.notEqual(wants(0)[1], wants(null)[1]);
});
