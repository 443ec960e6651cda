import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle } from './pool.ts';
import { assertLaws, nothingLeft, openStage, podThatStays, statusOf } from './stage.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** Milliseconds: the daemon gives a watch up that has said nothing for 150 s. */
const givenUp = 200_000;

describe('a queued node whose watch stays silent claims nothing it has not seen', {
  skip,
  timeout: 300_000,
  concurrency: 2,
}, () => {
  const stories = [
    ['once it is broken, it reads anew and takes its turn', (silence: { cut(): void }) => silence.cut()],
    ['left alone, it gives the watch up by itself, reads anew and takes its turn', () => {}],
  ] as const;
  for (const [what, end] of stories) {
    it(what, async () => {
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
      end(silence);
      await deaf.awaitLog(/"event":"claimed"/, givenUp, 1);
      await pool.rebooted(deaf);
      await nothingLeft(stage);
      for (const machine of [holder, deaf]) assert.deepEqual([machine.boots, machine.rebootsAsked], [2, 1]);
      await assertLaws({ pool });
    });
  }
});
