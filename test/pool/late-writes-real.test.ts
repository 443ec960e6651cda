import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { HeldRequest } from '../cluster/proxy.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { fences } from '../observer/moments.ts';
import { canRunBundle } from './pool.ts';
import { baseOf, isDeed, type Purpose, purposes, sameObject, writeFor } from './purposes.ts';
import { quietNode, quietNodeAfterBoot } from './quiet.ts';
import { assertLaws, nothingLeft, openStage, type Stage } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('a write without an answer', { skip, timeout: 240_000, concurrency: 4 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const purpose of purposes) {
    it(`the ${purpose}: nothing else is done before its base has moved, and landing late it meets a conflict`, async () => {
      await using stage = await openStage(cluster);
      const { machine, proxy } = stage;
      const { late, sent, settling, loud } = await lost(stage, purpose);
      const asked = purpose === 'restore' || purpose === 'release' ? 1 : 0;
      assert.equal(baseOf(settling.request), baseOf(late.request));
      assert.deepEqual(proxy.passed.slice(sent).filter(isDeed), []);
      assert.equal(machine.rebootsAsked, asked);
      assert.equal(await settling.pass(), 200);
      assert.equal(await late.land(), 409);
      await loud();
      await rebootedOnce(stage);
      assert.equal(await late.land(), 409);
      await rebootedOnce(stage);
    });

    it(`the ${purpose}: landing before the write that settles it, it counts, and that one meets the conflict`, async () => {
      await using stage = await openStage(cluster);
      const { late, settling, loud } = await lost(stage, purpose);
      assert.equal(await late.land(), 200);
      assert.equal(await settling.pass(), 409);
      await loud();
      await rebootedOnce(stage);
    });

    it(`the ${purpose}: done, with only the answer lost, it is read back and not done again`, async () => {
      await using stage = await openStage(cluster);
      const { machine, proxy } = stage;
      const { held, loud } = await hold(stage, purpose);
      assert.equal(await held.land(), 200);
      held.cut();
      await loud();
      await rebootedOnce(stage);
      assert.equal(proxy.passed.filter(writeFor(purpose, machine.name)).length, 1);
    });
  }

  it('the fence: without an answer within its deadline it is as lost as one whose connection broke', async () => {
    await using stage = await openStage(cluster);
    const { machine, proxy } = stage;
    const { held: late, loud } = await hold(stage, 'fence');
    const settles = proxy.hold(sameObject(late.request), 'the write that settles it');
    await machine.awaitLog(/no answer within 15000 ms/);
    const settling = await settles;
    assert.equal(baseOf(settling.request), baseOf(late.request));
    assert.equal(machine.rebootsAsked, 0);
    await settling.pass();
    assert.equal(await late.land(), 409);
    await loud();
    await rebootedOnce(stage);
  });
});

interface Lost {
  readonly late: HeldRequest;
  /** How many requests had passed when its connection was cut. */
  readonly sent: number;
  /** The next write of the same object, kept as well. */
  readonly settling: HeldRequest;
  readonly loud: () => Promise<void>;
}

/** The write of that purpose, kept by the proxy, with its connection cut. */
async function lost(stage: Stage, purpose: Purpose): Promise<Lost> {
  const { held: late, loud } = await hold(stage, purpose);
  const settling = stage.proxy.hold(sameObject(late.request), 'the write that settles it');
  const sent = stage.proxy.passed.length;
  late.cut();
  return { late, sent, settling: await settling, loud };
}

/** The write of that purpose, kept; until `loud` is called nobody else writes the Node, if it is one of the Node. */
async function hold(stage: Stage, purpose: Purpose): Promise<{ held: HeldRequest; loud: () => Promise<void> }> {
  const { machine, proxy } = stage;
  const held = proxy.hold(writeFor(purpose, machine.name), `the ${purpose}`);
  let loud = async (): Promise<void> => {};
  if (purpose === 'cordon') loud = await quietNode(stage);
  if (purpose === 'restore') loud = await quietNodeAfterBoot(stage, () => machine.requireReboot(['linux-image']));
  else machine.requireReboot(['linux-image']);
  return { held: await held, loud };
}

async function rebootedOnce(stage: Stage): Promise<void> {
  const { machine, pool } = stage;
  await pool.rebooted(machine);
  await nothingLeft(stage);
  assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
  const history = await assertLaws(stage);
  assert.deepEqual(fences(history), { [machine.name]: 1 });
  assert.equal(history.at(-1)?.transitions, 1);
}
