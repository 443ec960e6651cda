import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holder, waiting } from '../core/lease/samples.ts';
import { Bench } from './bench.ts';

const timeout = 30_000;

describe('lease release', { timeout }, () => {
  it('asks the holder, tells its phases, and ends when the claim is gone', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')], queue: [waiting('n1')] });
    const running = bench.start(['lease', 'release', 'n2']);
    await running.printed(/asked n2, draining since .* waits for it/);
    assert.equal(await bench.annotation('release'), 'n2');
    await bench.setLease({ holders: [holder('n2', { phase: 'backing-out' })], queue: [waiting('n1')], release: 'n2' });
    await running.printed(/n2, backing out since/);
    await bench.setLease({ holders: [holder('n1')] });
    const { code, out } = await running.ended;
    assert.equal(code, 0);
    assert.match(out, /n2 has released kured-host\/kured-host\n$/);
  });

  it('says of this very node when no daemon runs that could answer, and waits all the same', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n1')] });
    const running = bench.start(['lease', 'release', 'n1']);
    await running.printed(/the daemon does not run on this node, so nothing happens here\n {2}remedy: systemctl start/);
    await bench.setLease({});
    assert.equal((await running.ended).code, 0);
  });

  it('takes a new claim of the same node for the release of the old one', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    const running = bench.start(['lease', 'release', 'n2', '--json']);
    await running.printed(/waits for it/);
    await bench.setLease({ holders: [holder('n2', { claim: 'another' })] });
    const { code, out } = await running.ended;
    assert.equal(code, 0);
    const lease = 'kured-host/kured-host';
    assert.deepEqual(JSON.parse(out), { lease, node: 'n2', released: true, forced: false });
  });

  it('goes on waiting through a broken watch', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    const running = bench.start(['lease', 'release', 'n2']);
    await running.printed(/waits for it/);
    bench.server.faults.resetWatches({ resource: 'leases' });
    await bench.setLease({});
    assert.equal((await running.ended).code, 0);
  });

  it('is done where a release by force goes with the same write', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    await bench.annotateLease({ 'kured-host/force-release': 'n2' });
    const { code, out } = await bench.run('lease', 'release', 'n2');
    assert.deepEqual([code, out], [0, 'n2 has released kured-host/kured-host\n']);
  });

  it('ends with the timeout: the request stays, and how to go on is said', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2', { phase: 'rebooting' })] });
    const { code, out, err } = await bench.run('lease', 'release', 'n2', '--timeout', '50ms');
    assert.equal(code, 1);
    assert.match(out, /^asked n2, rebooting since .*, to release .*; waits for it, which can be only after its boot/);
    assert.match(err, /^not released within 50ms: n2, rebooting since .*the request stays in the Lease/);
    assert.match(err, /kubectl annotate lease -n kured-host kured-host kured-host\/release-/);
    assert.match(err, /kured-host lease release n2 --force/);
    assert.equal(await bench.annotation('release'), 'n2');
  });

  it('ends with Ctrl-C: the request stays, and that is said', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    const running = bench.start(['lease', 'release', 'n2']);
    await running.printed(/waits for it/);
    running.interrupt();
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(err, /^stopped waiting: n2, draining since .*the request stays in the Lease/);
    assert.equal(await bench.annotation('release'), 'n2');
  });

  it('fails when somebody takes the request away', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    const running = bench.start(['lease', 'release', 'n2']);
    await running.printed(/waits for it/);
    await bench.annotateLease({ 'kured-host/release': null });
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(err, /^somebody took the request away; n2, draining/);
  });

  it('does not put its request over one to another holder', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2'), holder('n3')], release: 'n3' });
    const { code, err } = await bench.run('lease', 'release', 'n2');
    assert.equal(code, 1);
    assert.match(err, /^n3 is being asked to release/);
    assert.equal(await bench.annotation('release'), 'n3');
  });

  it('puts it over one to a node that holds nothing any more', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')], release: 'n9' });
    const running = bench.start(['lease', 'release', 'n2']);
    await running.printed(/waits for it/);
    assert.equal(await bench.annotation('release'), 'n2');
    await bench.setLease({});
    assert.equal((await running.ended).code, 0);
  });
});
