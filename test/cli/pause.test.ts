import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HolderPhase } from '../../src/core/lease/record.ts';
import { holder, waiting } from '../core/lease/samples.ts';
import { Bench } from './bench.ts';

const timeout = 30_000;

describe('pause and resume', { timeout }, () => {
  it('write the reason into the Lease and take it away, once', async () => {
    await using bench = await Bench.open();
    assert.match((await bench.run('pause', 'until', 'Monday')).out, /kured-host\/kured-host is paused/);
    assert.equal(await bench.annotation('paused'), 'until Monday');
    const version = (await bench.lease()).metadata.resourceVersion;
    assert.equal((await bench.run('pause', 'until Monday')).code, 0);
    assert.equal((await bench.lease()).metadata.resourceVersion, version);
    assert.match((await bench.run('resume')).out, /is resumed/);
    assert.equal(await bench.annotation('paused'), undefined);
    const again = await bench.run('resume');
    assert.deepEqual([again.code, again.out], [0, 'kured-host/kured-host was not paused\n']);
  });

  it('leave holders and queue as they are, and say what each holder does now', async () => {
    await using bench = await Bench.open();
    const phases: readonly HolderPhase[] = ['draining', 'backing-out', 'rebooting', 'verifying'];
    const holders = phases.map((phase, index) => holder(`n${index + 2}`, { phase }));
    await bench.setLease({ holders, queue: [waiting('n1')] });
    const before = [await bench.annotation('holders'), await bench.annotation('queue')];
    const { code, out } = await bench.run('pause');
    assert.equal(code, 0);
    const said = [
      /^n2, .*: backs out$/m,
      /^n3, .*: goes on backing out$/m,
      /^n4, .*: goes on, its reboot was asked for$/m,
    ];
    for (const line of [...said, /^n5, .*: goes on, it has rebooted$/m]) assert.match(out, line);
    const json = JSON.parse((await bench.run('pause', '--json')).out);
    assert.deepEqual([json.lease, json.paused, json.holders.length], ['kured-host/kured-host', '', 4]);
    assert.deepEqual([await bench.annotation('holders'), await bench.annotation('queue')], before);
    assert.equal(await bench.annotation('paused'), '');
  });

  it('say nothing of a holder whose release by force goes with the same write', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    await bench.annotateLease({ 'kured-host/force-release': 'n2' });
    const { out } = await bench.run('pause', '--json');
    assert.deepEqual(JSON.parse(out).holders, []);
    assert.equal(await bench.annotation('holders'), undefined);
  });

  it('write nothing into a Lease that cannot be understood', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '{not json' });
    const version = (await bench.lease()).metadata.resourceVersion;
    const { code, err } = await bench.run('pause');
    assert.equal(code, 1);
    assert.match(err, /cannot be understood and so counts as held/);
    assert.equal((await bench.lease()).metadata.resourceVersion, version);
  });
});
