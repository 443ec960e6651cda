import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openControl } from '../../src/control/server.ts';
import { holder } from '../core/lease/samples.ts';
import { realClock } from '../fakes/clock.ts';
import { Bench } from './bench.ts';
import { cordon, mark, phases } from './cordons.ts';

const timeout = 30_000;

/** As though a daemon ran on the bench. */
async function daemonOn(bench: Bench): Promise<AsyncDisposable> {
  const log = { event: () => {}, always: () => {}, setLevel: () => {} };
  const routes = [{ method: 'GET', path: '/v1/status', handle: async () => ({ status: 200, body: {} }) }] as const;
  bench.file('run/lock', '');
  const control = await openControl(bench.path('run'), routes, { clock: realClock(), log });
  return { [Symbol.asyncDispose]: () => control.close() };
}

describe("a person's uncordon", { timeout }, () => {
  it('takes the cordon off, whoever set it', async () => {
    await using bench = await Bench.open();
    await cordon(bench);
    const { code, out } = await bench.run('uncordon');
    assert.deepEqual([code, out], [0, 'uncordoned n1\n']);
    assert.equal((await bench.node()).spec?.unschedulable, undefined);
  });

  it('says that a node is not cordoned, and changes nothing', async () => {
    await using bench = await Bench.open();
    const { code, out } = await bench.run('uncordon', '--json');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { node: 'n1', cordoned: false, changed: false });
    assert.deepEqual(bench.changes(), []);
  });

  for (const phase of phases) {
    it(`is refused while the daemon holds the Lease, ${phase}`, async () => {
      await using bench = await Bench.open();
      await using _ = await daemonOn(bench);
      await cordon(bench, mark);
      await bench.setLease({ holders: [holder('n1', { phase })] });
      const { code, err } = await bench.run('uncordon');
      assert.equal(code, 1);
      assert.match(
        err,
        new RegExp(`^not uncordoned: this node holds kured-host/kured-host \\(n1, ${phase.replace('-', ' ')} since`),
      );
      assert.match(err, /run "kured-host lease release n1"/);
      assert.deepEqual(bench.changes(), []);
    });
  }

  for (const phase of phases.slice(2)) {
    it(`is refused with the daemon stopped and ${phase}: nothing proves that the node is back`, async () => {
      await using bench = await Bench.open();
      await cordon(bench, mark);
      await bench.setLease({ holders: [holder('n1', { phase })] });
      const { code, err } = await bench.run('uncordon');
      assert.equal(code, 1);
      assert.match(err, /nothing proves that the node is back: start it .*"kured-host lease release n1 --force" first/);
      assert.deepEqual(bench.changes(), []);
    });
  }

  for (const phase of phases.slice(0, 2)) {
    it(`undoes what a stopped daemon left ${phase}, leaves its mark, and says what is still held`, async () => {
      await using bench = await Bench.open();
      await cordon(bench, mark);
      await bench.setLease({ holders: [holder('n1', { phase })] });
      const { code, out } = await bench.run('uncordon');
      assert.equal(code, 0);
      assert.match(
        out,
        /^uncordoned n1\nit still holds kured-host\/kured-host: the daemon backs out when it is started/,
      );
      assert.deepEqual(bench.changes(), ['patch nodes/n1']);
      assert.equal((await bench.node()).metadata.annotations?.['kured-host/claim'], mark['kured-host/claim']);
    });
  }

  it('takes off a cordon whose claim is gone, and says that the mark stays', async () => {
    await using bench = await Bench.open();
    await cordon(bench, mark);
    const { code, out } = await bench.run('uncordon');
    assert.equal(code, 0);
    assert.match(out, /^uncordoned n1\nthe mark kured-host\/claim of the daemon stays on the Node/);
  });

  it("looks at the Lease the mark names, when that is another than the pool's", async () => {
    await using bench = await Bench.open();
    await using _ = await daemonOn(bench);
    await cordon(bench, mark);
    await bench.setLease({ holders: [holder('n1')] });
    bench.configure('lease: {name: kured-host-other}');
    const { code, err } = await bench.run('uncordon');
    assert.equal(code, 1);
    assert.match(err, /holds kured-host\/kured-host/);
  });

  it("takes a person's cordon off without a Lease that can be understood, but not one with a mark", async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '{not json' });
    await cordon(bench, mark);
    const refused = await bench.run('uncordon');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /not known whether the daemon needs the cordon; "kubectl uncordon n1"/);
    await bench.admin.patch('/api/v1/nodes/n1', { metadata: { annotations: { 'kured-host/claim': null } } });
    assert.equal((await bench.run('uncordon')).code, 0);
  });
});
