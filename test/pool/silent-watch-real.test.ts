import assert from 'node:assert/strict';
import { it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle } from './pool.ts';
import { assertLaws, nothingLeft, openStage, podThatStays, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** That a watch which says nothing is given up after 150 s is shown in test/fleet/long-bounds.test.ts, on a clock that leaps. */
it('a queued node whose watch stays silent claims nothing it has not seen; once it is broken, it reads anew and takes its turn', {
  skip,
  timeout: 120_000,
}, async () => {
  await using cluster = await sharedControlPlane();
  await using stage = await openStage(cluster);
  const { pool, proxy, machine: deaf } = stage;
  const holder = await pool.add();
  await holder.awaitLog(/"to":"idle"/);
  const open = await podThatStays({ cluster, machine: holder });
  holder.requireReboot();
  await holder.awaitLog(/"event":"pod-evicted"/);
  deaf.requireReboot();
  await deaf.awaitLog(/"to":"queued"/);
  await proxy.watching((request) => request.path.endsWith('/leases'));
  const silence = proxy.silence((request) => request.path.endsWith('/leases'));
  await open();
  await pool.rebooted(holder);
  await nothingLeft({ cluster, pool, machine: holder });
  await silence.swallowed;
  const { phase, lease } = await statusOf(deaf);
  assert.deepEqual([phase, lease.holders, deaf.rebootsAsked], ['queued', [holder.name], 0]);
  silence.cut();
  await pool.rebooted(deaf);
  await nothingLeft(stage);
  for (const machine of [holder, deaf]) assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
  await assertLaws({ pool });
});
