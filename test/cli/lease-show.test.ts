import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
      holders: [
        {
          node: 'n2',
          phase: 'rebooting',
          since: '2026-03-01T02:10:00Z',
          attempt: 2,
          stuck: 'no reboot came',
          releaseAfter: null,
          nodeExists: null,
        },
      ],
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

  it('shows a node that is back and only keeps its place, and until when', async () => {
    await using bench = await Bench.open();
    const releaseAfter = new Date(Date.now() + 90 * 60_000).toISOString();
    await bench.setLease({ holders: [holder('n2', { phase: 'verifying', releaseAfter })] });
    const { out } = await bench.run('lease', 'show');
    const clock = releaseAfter.slice(11, 16);
    assert.match(
      out,
      new RegExp(`^holder {3}n2, rebooted and back, releases at ${clock} UTC \\(\\d+ min left\\)$`, 'm'),
    );
    const json = JSON.parse((await bench.run('lease', 'show', '--json')).out);
    assert.equal(json.holders[0].releaseAfter, releaseAfter);
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
