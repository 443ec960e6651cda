import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openControl, type Route } from '../../src/control/server.ts';
import type { Status } from '../../src/core/status.ts';
import { realClock } from '../fakes/clock.ts';
import { Bench, bootId } from './bench.ts';
import { rows } from './status-rows.ts';

const timeout = 30_000;
const idle: Status = {
  node: 'n1',
  phase: 'queued',
  since: '2026-03-01T02:00:00Z',
  sentence: 'reboot needed: waiting for n2',
  reason: { code: 'pool-busy', message: 'waiting for n2', remedy: '' },
  stuck: null,
  need: { required: 'yes', text: '/run/reboot-required: linux-image' },
  permission: {
    answer: 'refused',
    reasons: [{ code: 'blocked', message: 'blocked by apt', remedy: 'wait for apt' }],
  },
  observes: false,
  unwritten: null,
  podsLeft: null,
  delay: null,
  lease: {
    name: 'kured-host/kured-host',
    holders: ['n2'],
    limit: 1,
    queue: ['n1'],
    place: 1,
    paused: null,
    problem: null,
    fresh: true,
  },
  bootID: bootId,
  lastReboot: null,
};

/** A daemon that says this of itself. */
async function daemonOn(bench: Bench, status: number, body: unknown): Promise<AsyncDisposable> {
  bench.file('run/lock', '');
  const log = { event: () => {}, always: () => {}, setLevel: () => {} };
  const routes: readonly Route[] = [{ method: 'GET', path: '/v1/status', handle: async () => ({ status, body }) }];
  const control = await openControl(bench.path('run'), routes, { clock: realClock(), log });
  return { [Symbol.asyncDispose]: () => control.close() };
}

describe('status and why of a running daemon', { timeout }, () => {
  it('show what it says, for people and for machines', async () => {
    await using bench = await Bench.open({ bare: true });
    await using _ = await daemonOn(bench, 200, { running: true, status: idle });
    const { code, out } = await bench.run('status');
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        'node         n1',
        'phase        queued since 2026-03-01T02:00:00Z',
        'why          reboot needed: waiting for n2',
        'need         yes (/run/reboot-required: linux-image)',
        'lease        kured-host/kured-host: held by n2; queue: n1 (this node: 1)',
        `boot         ${bootId}`,
        'last reboot  not by kured-host, or longer ago than the Node remembers',
        '',
      ].join('\n'),
    );
    const configuration = { waits: [], refused: null, identity: null };
    assert.deepEqual(JSON.parse((await bench.run('status', '--json')).out), { running: true, ...idle, configuration });
    assert.equal(
      (await bench.run('why')).out,
      'reboot needed: waiting for n2\n- blocked by apt\n  remedy: wait for apt\n',
    );
    assert.deepEqual(JSON.parse((await bench.run('why', '--json')).out), {
      running: true,
      sentence: idle.sentence,
      reasons: [idle.reason, ...idle.permission.reasons],
    });
    assert.deepEqual(bench.server.audit, []);
  });

  it('show what it waits for while it has no cluster', async () => {
    await using bench = await Bench.open({ bare: true });
    const reason = { code: 'credentials-missing', message: 'no kubeconfig of a kubelet was found', remedy: 'join it' };
    const configuration = { waits: [], refused: 'config.yaml:3:3: a mistake', identity: null };
    await using _ = await daemonOn(bench, 200, { running: true, status: null, waiting: reason, configuration });
    assert.equal(
      (await bench.run('status')).out,
      `waiting: ${reason.message}\n  remedy: join it\nconfig: the files on disk were refused, the settings from before hold: config.yaml:3:3: a mistake\n`,
    );
    assert.deepEqual(JSON.parse((await bench.run('status', '--json')).out), {
      running: true,
      waiting: reason,
      configuration,
    });
    assert.equal((await bench.run('why')).out, `${reason.message}\n  remedy: join it\n`);
  });

  it('show the Lease as no more than is known of it', async () => {
    const why = 'cannot be understood and so counts as held: the annotation kured-host/holders is not a JSON list';
    const shown: readonly (readonly [lease: Partial<Status['lease']>, text: string])[] = [
      [{ fresh: false }, 'held by n2; queue: n1 (this node: 1) (as seen last; "kured-host lease show" reads it)'],
      [{ limit: null, holders: [], queue: [], place: null, problem: why }, why],
      [{ limit: null, holders: [], queue: [], place: null, fresh: false }, 'not read yet'],
    ];
    for (const [lease, text] of shown) {
      await using bench = await Bench.open({ bare: true });
      await using _ = await daemonOn(bench, 200, { status: { ...idle, lease: { ...idle.lease, ...lease } } });
      assert.equal(rows((await bench.run('status')).out)['lease'], `kured-host/kured-host: ${text}`);
    }
  });

  it('show what of a new configuration waits for the release', async () => {
    await using bench = await Bench.open({ bare: true });
    const configuration = { waits: ['credentials', 'reboot.method'], refused: null, identity: null };
    await using _ = await daemonOn(bench, 200, { running: true, status: idle, waiting: null, configuration });
    const shown = rows((await bench.run('status')).out);
    assert.equal(shown['config'], 'new credentials, reboot.method: taken when the Lease was released');
  });

  it('look for themselves when it gives no answer that is understood, and end with 69', async () => {
    await using bench = await Bench.open();
    await using _ = await daemonOn(bench, 500, { error: 'broken' });
    const { code, out } = await bench.run('status');
    assert.equal(code, 69);
    assert.match(out, /^daemon +the daemon of this node gives no answer: status 500 .*broken/);
    assert.match(out, /^claim +none: this node holds nothing$/m);
  });

  it('do not say that a daemon does not run which is there and gives no answer', async () => {
    await using bench = await Bench.open();
    await using _ = await daemonOn(bench, 500, { error: 'broken' });
    for (const command of ['status', 'why'])
      assert.equal(JSON.parse((await bench.run(command, '--json')).out).running, null, command);
    const { out } = await bench.run('status');
    assert.equal(rows(out)['next'], 'if it is started anew: nothing is left to finish');
    assert.doesNotMatch(out, /does not run|once it is started/);
  });
});
