import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holder } from '../core/lease/samples.ts';
import { Bench } from './bench.ts';
import { cordon, mark, phases } from './cordons.ts';

const timeout = 30_000;

describe("a person's drain", { timeout }, () => {
  it('cordons without a mark, as somebody else than the daemon, evicts, and waits until the pods are gone', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web' });
    await bench.pod({ name: 'cart' });
    const { code, out } = await bench.run('drain');
    assert.equal(code, 0);
    assert.match(out, /^cordoned n1\ndraining: 2 of 2 pods left: /);
    assert.match(out, /\ndrained n1; it stays cordoned until "kured-host uncordon"\n$/);
    assert.deepEqual(await bench.podNames(), []);
    const { metadata, spec } = await bench.node();
    assert.equal(spec?.unschedulable, true);
    assert.equal(metadata.annotations?.['kured-host/claim'], undefined);
    const owners = metadata.managedFields?.filter((of) => JSON.stringify(of).includes('f:unschedulable'));
    assert.deepEqual(
      owners?.map(({ manager }) => manager),
      ['kured-host-person'],
    );
    assert.equal((await bench.lease()).spec?.holderIdentity, undefined);
  });

  it('goes on from a cordon that is there, and prints one object with --json', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await cordon(bench);
    await bench.pod({ name: 'web' });
    const { code, out, err } = await bench.run('drain', '--json');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { node: 'n1', cordoned: true, drained: true, why: null });
    assert.match(err, /^n1 was cordoned already\n/);
  });

  it('waits for a budget, and drains when it opens', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', labels: { app: 'web' } });
    await bench.budget('web', { app: 'web' }, 1);
    const running = bench.start(['drain']);
    await running.printed(/a disruption budget \(.*web\) allows no eviction now/);
    await bench.admin.delete('/apis/policy/v1/namespaces/default/poddisruptionbudgets/web');
    assert.equal((await running.ended).code, 0);
    assert.deepEqual(await bench.podNames(), []);
  });

  it('ends with its timeout, says so, and leaves the node cordoned', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', labels: { app: 'web' } });
    await bench.budget('web', { app: 'web' }, 1);
    const running = bench.start(['drain', '--timeout', '500ms', '--json']);
    const { code, out, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(err, /^not drained within 500ms: /m);
    assert.match(err, /n1 stays cordoned, .*"kured-host uncordon"\n$/);
    assert.equal(JSON.parse(out).drained, false);
    assert.equal((await bench.node()).spec?.unschedulable, true);
  });

  it('takes its timeout from the configuration', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    bench.configure('drain: {timeout: 1s}');
    await bench.pod({ name: 'keep', finalizers: ['example.com/keep'] });
    assert.match((await bench.run('drain')).err, /^not drained within 1s: /m);
    await bench.admin.patch('/api/v1/namespaces/default/pods/keep', { metadata: { finalizers: null } });
  });

  it('ends with Ctrl-C, says what is left, and leaves the node cordoned', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', labels: { app: 'web' } });
    await bench.budget('web', { app: 'web' }, 1);
    const running = bench.start(['drain']);
    await running.printed(/allows no eviction now/);
    running.interrupt();
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(err, /^not drained: interrupted; .*default\/web/);
    assert.equal((await bench.node()).spec?.unschedulable, true);
    assert.deepEqual(await bench.podNames(), ['web']);
  });

  it('fails on a pod that can never be evicted', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', labels: { app: 'web' } });
    await bench.budget('one', { app: 'web' }, 0);
    await bench.budget('two', { app: 'web' }, 0);
    const { code, err } = await bench.run('drain');
    assert.equal(code, 1);
    assert.match(err, /^not drained: .*default\/web cannot be evicted: This pod has more than one/);
  });

  for (const phase of phases) {
    it(`is refused while this node holds the Lease, ${phase}`, async () => {
      await using bench = await Bench.open();
      await bench.setLease({ holders: [holder('n1', { phase })] });
      const { code, err } = await bench.run('drain');
      assert.equal(code, 1);
      assert.match(
        err,
        new RegExp(`^not drained: this node holds kured-host/kured-host \\(n1, ${phase.replace('-', ' ')} since`),
      );
      assert.match(err, /"kured-host lease release n1" asks it to give it back/);
      assert.deepEqual(bench.changes(), []);
    });
  }

  it('is refused while this node holds the Lease of a pool that the settings no longer name', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n1')] });
    await bench.admin.patch('/api/v1/nodes/n1', {
      metadata: { annotations: { 'kured-host/lease': 'kured-host/kured-host' } },
    });
    bench.configure('lease: {name: kured-host-other}');
    const { code, err } = await bench.run('drain');
    assert.equal(code, 1);
    assert.match(err, /^not drained: this node holds kured-host\/kured-host \(n1, draining/);
  });

  it("is not hindered by another node's claim", async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.setLease({ holders: [holder('n2')] });
    assert.equal((await bench.run('drain')).code, 0);
  });

  it("is refused while the mark of an earlier claim would make the cordon the daemon's", async () => {
    await using bench = await Bench.open();
    await cordon(bench, mark);
    const { code, err } = await bench.run('drain');
    assert.equal(code, 1);
    assert.match(err, /^not drained: the Node n1 carries the mark of an earlier claim/);
    assert.deepEqual(bench.changes(), []);
  });

  it('is refused when the Lease cannot be understood, and names what does not ask', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '{not json' });
    const { code, err } = await bench.run('drain');
    assert.equal(code, 1);
    assert.match(err, /cannot be understood/);
    assert.match(err, /not drained: .*"kubectl drain n1" does not ask/);
    assert.deepEqual(bench.changes(), []);
  });

  it('decides anew when the Node changes between its look and its write', async () => {
    await using bench = await Bench.open();
    const held = bench.server.faults.hold({ verb: 'patch', resource: 'nodes' });
    const running = bench.start(['drain']);
    const request = await held.next();
    await bench.setLease({ holders: [holder('n1')] });
    await bench.admin.patch('/api/v1/nodes/n1', { metadata: { annotations: { 'example.com/touched': 'yes' } } });
    request.land();
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(err, /^not drained: this node holds/);
    assert.deepEqual(bench.changes(), []);
  });

  it('is interrupted by Ctrl-C while it cordons, and says that the cordon may still come', async () => {
    await using bench = await Bench.open();
    const held = bench.server.faults.hold({ verb: 'patch', resource: 'nodes' });
    const running = bench.start(['drain']);
    const request = await held.next();
    running.interrupt();
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(
      err,
      /^interrupted; one try had no answer and may still take effect: look with "kubectl get node n1"$/m,
    );
    request.land();
    assert.equal((await bench.node()).spec?.unschedulable, true);
  });

  it('finds its own cordon after an answer that was lost', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    bench.server.faults.loseAnswers({ verb: 'patch', resource: 'nodes', user: 'system:node:n1' });
    const { code, err } = await bench.run('drain');
    assert.equal(code, 0);
    assert.match(err, /no answer whether it was written, looking again/);
  });
});
