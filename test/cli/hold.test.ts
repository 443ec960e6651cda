import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openControl } from '../../src/control/server.ts';
import { holder } from '../core/lease/samples.ts';
import { realClock } from '../fakes/clock.ts';
import { Bench } from './bench.ts';

describe('hold and unhold', { timeout: 30_000 }, () => {
  it('write the reason onto the Node and take it away', async () => {
    await using bench = await Bench.open();
    const held = await bench.run('hold', 'a', 'restore', 'runs');
    assert.deepEqual([held.code, held.out], [0, 'n1 is held; "kured-host unhold" ends it\n']);
    assert.equal((await bench.node()).metadata.annotations?.['kured-host/hold'], 'a restore runs');
    assert.equal((await bench.run('unhold')).out, 'n1 is not held any more (it was: a restore runs)\n');
    assert.equal((await bench.run('unhold')).out, 'n1 was not held\n');
  });

  it('say what the daemon makes of a claim that it has', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n1')] });
    bench.file('run/lock', '');
    const log = { event: () => {}, always: () => {}, setLevel: () => {} };
    const control = await openControl(bench.path('run'), [], { clock: realClock(), log });
    assert.match((await bench.run('hold')).out, /^n1, draining since .*: backs out$/m);
    await control.close();
  });

  it('say that nothing becomes of it where no daemon runs', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n1')] });
    assert.match(
      (await bench.run('hold')).out,
      /^n1, draining .*: stays as it is, since the daemon does not run here$/m,
    );
  });
});
