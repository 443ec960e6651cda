import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Holder } from '../../src/core/lease/record.ts';
import { holder, waiting } from '../core/lease/samples.ts';
import { Bench, leasePath } from './bench.ts';

const timeout = 30_000;

describe('lease release by force', { timeout }, () => {
  const phases: readonly [Partial<Holder>, RegExp][] = [
    [{ phase: 'draining' }, /draining since/],
    [{ phase: 'backing-out' }, /backing out since/],
    [{ phase: 'rebooting' }, /rebooting since/],
    [{ phase: 'verifying', stuck: 'not Ready' }, /verifying since .*stuck: not Ready/],
  ];
  for (const [change, said] of phases) {
    it(`removes the entry of a node that is ${change.phase}, and says so`, async () => {
      await using bench = await Bench.open();
      await bench.setLease({ holders: [holder('n2', change), holder('n3')], queue: [waiting('n2')], release: 'n2' });
      const { code, out } = await bench.run('lease', 'release', 'n2', '--force');
      assert.equal(code, 0);
      assert.match(out, said);
      assert.match(out, /n2 may still go down/);
      const { metadata, spec } = await bench.lease();
      assert.equal(spec?.holderIdentity, 'n3');
      assert.deepEqual(
        JSON.parse(metadata.annotations?.['kured-host/holders'] ?? '').map(({ node }: Holder) => node),
        ['n3'],
      );
      assert.equal(await bench.annotation('release'), undefined);
      assert.match((await bench.annotation('queue')) ?? '', /n2/);
    });
  }

  it('leaves no holderIdentity behind when nobody holds any more', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2', { phase: 'rebooting' })] });
    const { out } = await bench.run('lease', 'release', 'n2', '--force', '--json');
    const entry = {
      node: 'n2',
      phase: 'rebooting',
      since: '2026-03-01T02:10:00Z',
      attempt: 0,
      stuck: null,
      releaseAfter: null,
    };
    const lease = 'kured-host/kured-host';
    assert.deepEqual(JSON.parse(out), { lease, node: 'n2', released: true, forced: true, entry });
    assert.equal((await bench.lease()).spec?.holderIdentity, undefined);
  });

  it('removes an entry of which only the name can be read', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '[{"node":"n2"}]' });
    await bench.admin.patch(leasePath, { spec: { holderIdentity: 'n2' } });
    const { code, out } = await bench.run('lease', 'release', 'n2', '--force');
    assert.equal(code, 0, out);
    assert.match(out, /cannot be read: n2 may still go down/);
  });

  it('changes nothing for a node that holds nothing, and says who holds', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    const before = (await bench.lease()).metadata.resourceVersion;
    const { code, err } = await bench.run('lease', 'release', 'n9', '--force');
    assert.equal(code, 1);
    assert.match(err, /^n9 holds nothing in kured-host\/kured-host; held by n2, draining since /);
    assert.equal((await bench.lease()).metadata.resourceVersion, before);
  });

  it('looks again after a conflict', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')] });
    const held = bench.server.faults.hold({ verb: 'update', resource: 'leases' });
    const running = bench.start(['lease', 'release', 'n2', '--force']);
    const request = await held.next();
    await bench.annotateLease({ 'example.com/touched': 'yes' });
    request.land();
    assert.equal((await running.ended).code, 0);
    assert.equal((await bench.lease()).spec?.holderIdentity, undefined);
    assert.equal((await bench.lease()).metadata.annotations?.['example.com/touched'], 'yes');
  });

  it('finds its own write after an answer that was lost', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2', { phase: 'rebooting' })] });
    bench.server.faults.loseAnswers({ verb: 'update', resource: 'leases' });
    const { code, out, err } = await bench.run('lease', 'release', 'n2', '--force');
    assert.equal(code, 0);
    assert.match(err, /no answer whether it was written, looking again/);
    assert.match(out, /the entry of n2 is gone from kured-host\/kured-host; the machine may still go down/);
  });
});
