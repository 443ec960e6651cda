import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holder } from '../core/lease/samples.ts';
import { Bench } from './bench.ts';

const timeout = 30_000;

describe('why without a daemon', { timeout }, () => {
  it('says that it does not run, and what would make it wait all the same', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')], paused: 'holidays' });
    const { code, out } = await bench.run('why');
    assert.equal(code, 0);
    assert.match(out, /^the daemon does not run on this node, so nothing happens here\n {2}remedy: systemctl start/);
    assert.match(out, /^- no reboot is needed$/m);
    assert.match(
      out,
      /^- the pool is paused: holidays\n {2}remedy: `kured-host resume` on a node of the pool, or: kubectl annotate/m,
    );
    assert.match(out, /^- waiting for n2, draining since .*, holder of kured-host\/kured-host$/m);
    const json = JSON.parse((await bench.run('why', '--json')).out);
    assert.equal(json.running, false);
    assert.deepEqual(
      json.reasons.map(({ code: of }: { code: string }) => of),
      ['daemon-stopped', 'no-need', 'pool-paused', 'pool-busy'],
    );
  });

  it('names a hold, and a request is no lack of need', async () => {
    await using bench = await Bench.open();
    await bench.admin.patch('/api/v1/nodes/n1', {
      metadata: { annotations: { 'kured-host/hold': '', 'kured-host/reboot-requested': 'firmware' } },
    });
    const { reasons } = JSON.parse((await bench.run('why', '--json')).out);
    assert.deepEqual(
      reasons.map(({ code: of }: { code: string }) => of),
      ['daemon-stopped', 'held'],
    );
    const text = (await bench.run('why')).out;
    assert.match(text, /^- a person holds this node: no reason given\n {2}remedy: `kured-host unhold` on the node/m);
  });
});
