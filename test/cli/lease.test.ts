import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Holder, HolderPhase } from '../../src/core/lease/record.ts';
import { holder, waiting } from '../core/lease/samples.ts';
import { Bench, leasePath } from './bench.ts';

const timeout = 30_000;

describe('lease show', { timeout }, () => {
  it('says that nobody holds a fresh Lease', async () => {
    await using bench = await Bench.open();
    const { code, out } = await bench.run('lease', 'show');
    assert.equal(code, 0);
    assert.equal(out, 'lease    kured-host/kured-host\nholder   nobody\nqueue    empty\nlimit    1\n');
  });

  it('shows holders, queue, pause and requests, for people and for machines', async () => {
    await using bench = await Bench.open();
    await bench.setLease({
      holders: [holder('n2', { phase: 'rebooting', attempt: 2, stuck: 'no reboot came' })],
      queue: [waiting('n1'), waiting('n3', { priority: 5 })],
      paused: 'for the\nholidays',
      release: 'n2',
    });
    const { code, out } = await bench.run('lease', 'show');
    assert.equal(code, 0);
    const lines = out.split('\n');
    assert.match(lines[1] ?? '', /^holder {3}n2, rebooting since .*, stuck: no reboot came; reboot asked for 2 times$/);
    assert.match(lines[2] ?? '', /^queue {4}1\. n1 since 2026-03-01T02:00:00Z$/);
    assert.match(lines[3] ?? '', /^queue {4}2\. n3 since .*, priority 5$/);
    assert.ok(lines.includes('paused   for the\\nholidays'), out);
    assert.ok(lines.includes('release  n2 is asked to give it back'), out);
    const json = JSON.parse((await bench.run('lease', 'show', '--json')).out);
    assert.deepEqual(json, {
      name: 'kured-host/kured-host',
      problem: null,
      holders: [{ node: 'n2', phase: 'rebooting', since: '2026-03-01T02:10:00Z', attempt: 2, stuck: 'no reboot came' }],
      queue: [
        { node: 'n1', since: '2026-03-01T02:00:00Z', priority: 0 },
        { node: 'n3', since: '2026-03-01T02:00:00Z', priority: 5 },
      ],
      limit: 1,
      paused: 'for the\\nholidays',
      release: 'n2',
      forceRelease: null,
    });
  });

  it('shows what is wrong with a Lease that cannot be understood, and fails', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '{not json' });
    const { code, out } = await bench.run('lease', 'show');
    assert.equal(code, 1);
    assert.match(out, /^problem {2}it cannot be understood and so counts as held: .*kured-host\/holders/m);
    const json = await bench.run('lease', 'show', '--json');
    assert.equal(json.code, 1);
    assert.match(JSON.parse(json.out).problem, /kured-host\/holders/);
  });

  it('names the remedy for a Lease that is not there', async () => {
    await using bench = await Bench.open();
    await bench.admin.delete(leasePath);
    const { code, err } = await bench.run('lease', 'show');
    assert.equal(code, 1);
    assert.match(
      err,
      /^the Lease kured-host\/kured-host does not exist\n {2}remedy: apply the manifest: kured-host manifest \| kubectl apply -f -\n$/,
    );
  });

  it('says what is refused where the manifest was not applied', async () => {
    await using bench = await Bench.open({ bare: true });
    const { code, err } = await bench.run('lease', 'show');
    assert.equal(code, 77);
    assert.match(
      err,
      /^the API server refused to read the Lease kured-host\/kured-host: .*\n {2}remedy: run `kured-host preflight`/,
    );
  });
});

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
    const entry = { node: 'n2', phase: 'rebooting', since: '2026-03-01T02:10:00Z', attempt: 0, stuck: null };
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
