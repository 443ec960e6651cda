import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bench } from './bench.ts';

const timeout = 30_000;
const update = { verb: 'update', resource: 'leases' };

describe('a change of the Lease that does not go through', { timeout }, () => {
  it('is tried a few times against others, then given up, and nothing was changed', async () => {
    await using bench = await Bench.open();
    bench.server.faults.answer(update, { code: 409 }, 99);
    const { code, err } = await bench.run('pause');
    assert.equal(code, 1);
    assert.match(
      err,
      /^the Lease kured-host\/kured-host was changed by others each time in 8 tries; nothing was changed/,
    );
    assert.equal(await bench.annotation('paused'), undefined);
  });

  it('may still take effect when the API server goes silent behind it, and that is said', async () => {
    await using bench = await Bench.open();
    bench.server.faults.loseRequests(update);
    const held = bench.server.faults.hold({ verb: 'get', resource: 'leases' });
    const running = bench.start(['pause']);
    (await held.next()).land();
    await running.printed(/no answer whether it was written/);
    await bench.server.stop();
    const { code, err } = await running.ended;
    assert.equal(code, 69);
    assert.match(err, /in the Lease kured-host\/kured-host one try had no answer and may still take effect/);
  });

  it('is interrupted by Ctrl-C, with what may still take effect', async () => {
    await using bench = await Bench.open();
    const held = bench.server.faults.hold(update);
    const running = bench.start(['pause']);
    const request = await held.next();
    running.interrupt();
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(
      err,
      /^interrupted; in the Lease kured-host\/kured-host one try had no answer and may still take effect: look with/m,
    );
    request.land();
    assert.equal(await bench.annotation('paused'), '');
  });

  it('is interrupted before anything was sent, and nothing was changed', async () => {
    await using bench = await Bench.open();
    const held = bench.server.faults.hold({ verb: 'get', resource: 'leases' });
    const running = bench.start(['pause']);
    const request = await held.next();
    running.interrupt();
    assert.deepEqual(await running.ended, { code: 1, out: '', err: 'interrupted\n' });
    request.drop();
    assert.deepEqual(bench.changes(), []);
  });
});
