import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { type Outcome, places } from './phases.ts';
import { canRunBundle } from './pool.ts';
import { assertLaws, awaitLogAfter, logMark, nothingLeft, openStage, type Stage } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('the service is killed, or the machine loses its power', { skip, timeout: 280_000, concurrency: 4 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const place of places) {
    it(`killed while ${place.name}: the next start goes on or backs out`, async () => {
      await using stage = await openStage(cluster, place.machine);
      const { letGo, late } = await place.hold(stage);
      const { machine } = stage;
      await machine.killService();
      const mark = logMark(machine);
      await machine.startService();
      await awaitLogAfter(machine, mark, place.again);
      await letGo();
      await endsAs(stage, place.killed);
      await comesLate(stage, place.killed, late);
    });

    it(`power cut while ${place.name}: the boot counts if the node was marked, and nobody asks for another`, async () => {
      await using stage = await openStage(cluster, place.machine);
      const { letGo, late } = await place.hold(stage);
      const { machine } = stage;
      await machine.powerCut();
      await machine.boot();
      await machine.awaitLog(/"from":"recovering"/);
      await letGo();
      await endsAs(stage, place.powerCut);
      await comesLate(stage, place.powerCut, late);
    });
  }
});

async function comesLate(stage: Stage, outcome: Outcome, late?: () => Promise<number>): Promise<void> {
  if (late === undefined) return;
  assert.equal(await late(), 409);
  await endsAs(stage, outcome);
}

async function endsAs(stage: Stage, { ends, boots, asked }: Outcome): Promise<void> {
  const { machine, pool } = stage;
  if (ends === 'rebooted') await pool.rebooted(machine, boots);
  await nothingLeft(stage);
  assert.deepEqual([machine.boots, machine.rebootsAsked], [boots, asked]);
  await assertLaws(stage);
  const node = await pool.cluster.admin.get(`/api/v1/nodes/${machine.name}`);
  assert.equal(node.metadata.annotations?.['kured-host/handled'] !== undefined, ends === 'rebooted');
}
