import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openControl, type Route } from '../../src/control/server.ts';
import type { Status } from '../../src/core/status.ts';
import { readMachine } from '../../src/host/machine.ts';
import { holder, waiting } from '../core/lease/samples.ts';
import { realClock } from '../fakes/clock.ts';
import { Bench, bootId, leasePath } from './bench.ts';

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

async function mark(bench: Bench, boot: string): Promise<void> {
  const claim = {
    claim: 'claim-n1',
    boot: { id: boot, soft: null },
    need: { fingerprint: 'f', reasons: [] },
    lease: 'kured-host/kured-host',
    cordoned: true,
  };
  await bench.admin.patch(
    '/api/v1/nodes/n1',
    { metadata: { annotations: { 'kured-host/claim': JSON.stringify(claim) } }, spec: { unschedulable: true } },
    'merge',
    { fieldManager: 'kured-host' },
  );
}

/** The rows of a status without a daemon, by name. */
function rows(out: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    out.split('\n').flatMap((line) => {
      const found = /^(\S+(?: \S+)?) {2,}(.*)$/.exec(line);
      return found === null ? [] : [[found[1], found[2]]];
    }),
  );
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
});

describe('status without a daemon', { timeout }, () => {
  it('says so, and shows a node that has nothing to do', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.admin.until<{ status?: { nodeInfo?: { bootID?: string } } }>(
      '/api/v1/nodes/n1',
      'the report of the kubelet',
      (node) => node?.status?.nodeInfo?.bootID === bootId,
    );
    const { code, out } = await bench.run('status');
    assert.equal(code, 0);
    assert.deepEqual(rows(out), {
      daemon: 'the daemon does not run on this node, so nothing happens here',
      node: 'n1: Ready, not cordoned',
      claim: 'none: this node holds nothing',
      mark: 'none',
      lease: 'kured-host/kured-host: free',
      need: 'no',
      boot: bootId,
      'last reboot': 'not by kured-host, or longer ago than the Node remembers',
      next: 'once it is started: nothing is left to finish',
    });
    assert.match(out, /^ {2}remedy: systemctl start kured-host; `journalctl -u kured-host` says why it ended$/m);
    assert.deepEqual(bench.changes(), []);
  });

  it('shows a drain that was left in the middle of', async () => {
    await using bench = await Bench.open();
    const boot = { id: bootId, soft: null };
    const read = await readMachine(bench.path('machine-id'));
    const machine = read.is === 'read' ? read.machine : assert.fail(read.why);
    await bench.setLease({ holders: [holder('n1', { boot, machine })], queue: [waiting('n2')], paused: '' });
    await mark(bench, bootId);
    bench.file('reboot-required', '');
    bench.file('reboot-required.pkgs', 'linux-image\n');
    const { code, out } = await bench.run('status');
    assert.equal(code, 0);
    const said = rows(out);
    assert.match(said['claim'] ?? '', /^n1, draining since .*, claimed in this boot$/);
    assert.equal(said['mark'], "made in this boot for kured-host/kured-host, cordon the daemon's");
    assert.equal(
      said['node'],
      'n1: not known to be Ready, cordoned by kured-host, which the daemon takes off when it is done',
    );
    assert.equal(said['lease'], 'kured-host/kured-host: held by n1; queue: n2; paused: no reason given');
    assert.match(said['need'] ?? '', /^yes \(.*reboot-required: linux-image\)$/);
    assert.equal(said['next'], 'once it is started: goes on with the drain, everything asked again');
    assert.match(
      (await bench.run('why')).out,
      /^the daemon does not run .*; it holds kured-host\/kured-host \(n1, draining/,
    );
    const json = JSON.parse((await bench.run('status', '--json')).out);
    assert.deepEqual(
      [json.running, json.node, json.phase, json.holds, json.cordoned, json.need.required, json.lease.paused],
      [false, 'n1', 'draining', true, true, 'yes', ''],
    );
    assert.deepEqual(json.mark, { claim: 'claim-n1', lease: 'kured-host/kured-host', boot: bootId, cordoned: true });
  });

  it('shows its place in the queue, and a cordon of a person', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')], queue: [waiting('n3'), waiting('n1')] });
    await bench.admin.patch('/api/v1/nodes/n1', { spec: { unschedulable: true } }, 'merge', {
      fieldManager: 'kubectl',
    });
    const said = rows((await bench.run('status')).out);
    assert.equal(said['lease'], 'kured-host/kured-host: held by n2; queue: n3, n1 (this node: 2)');
    assert.equal(said['node'], 'n1: not known to be Ready, cordoned by kubectl, which the daemon leaves');
    assert.match(said['next'] ?? '', /keeps its place in the queue/);
  });

  it('says that a claim is of an earlier boot, and what comes of it', async () => {
    await using bench = await Bench.open();
    await mark(bench, 'another-boot');
    const said = rows((await bench.run('status')).out);
    assert.match(said['mark'] ?? '', /^made in an earlier boot/);
    assert.match(said['next'] ?? '', /verifies the reboot and takes its own cordon off, without a claim/);
  });

  it("looks at the Lease its mark names, when that is another than the pool's, as the daemon would", async () => {
    await using bench = await Bench.open();
    await mark(bench, bootId);
    await bench.setLease({ holders: [holder('n1')] });
    bench.configure('lease: {name: kured-host-other}');
    const said = rows((await bench.run('status')).out);
    assert.equal(said['lease'], 'kured-host/kured-host: held by n1');
    assert.match(said['claim'] ?? '', /^n1, draining since/);
  });

  it('shows as unknown what cannot be told, and why, and ends with 69', async () => {
    await using bench = await Bench.open();
    await bench.server.stop();
    const { code, out } = await bench.run('status');
    assert.equal(code, 69);
    const said = rows(out);
    assert.deepEqual(
      [said['node'], said['claim'], said['mark'], said['lease'], said['next'], said['boot'], said['need']],
      ['n1: unknown', 'unknown', 'unknown', 'kured-host/kured-host: unknown', 'unknown', bootId, 'no'],
    );
    assert.match(out, /^the API server https:.* cannot be reached: the connection is refused$/m);
    const json = JSON.parse((await bench.run('status', '--json')).out);
    assert.deepEqual([json.holds, json.cordoned, json.phase, json.ready], [null, null, null, null]);
    assert.equal(json.unknown[0].code, 'api-unavailable');
  });

  it('shows the node itself as unknown where no credentials tell it, and ends with 78', async () => {
    await using bench = await Bench.open({ bare: true });
    bench.configure('', 'kubeconfig: /nowhere/kubelet.conf');
    const { code, out } = await bench.run('status');
    assert.deepEqual([code, rows(out)['node'], rows(out)['boot']], [78, 'unknown', bootId]);
    assert.match(out, /^no kubeconfig of a kubelet was found \(\/nowhere\/kubelet\.conf\)$/m);
  });

  it('shows as unknown a need that only the daemon can ask for', async () => {
    await using bench = await Bench.open();
    bench.configure();
    bench.file('etc/kured-host/config.d/10.yaml', 'sentinel: {files: [], command: [/usr/bin/needs-restarting, -r]}\n');
    assert.match(rows((await bench.run('status')).out)['need'] ?? '', /^unknown \(.*only the daemon runs it\)$/);
  });

  it('tells a Lease that is gone from one that cannot be understood', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '{not json' });
    const unreadable = await bench.run('status');
    assert.equal(unreadable.code, 0);
    assert.match(
      rows(unreadable.out)['lease'] ?? '',
      /^kured-host\/kured-host: cannot be understood and so counts as held: .*kured-host\/holders/,
    );
    assert.equal(rows(unreadable.out)['claim'], 'unknown');
    await bench.admin.delete(leasePath);
    const gone = await bench.run('status');
    assert.equal(rows(gone.out)['lease'], 'kured-host/kured-host: does not exist');
    assert.equal(rows(gone.out)['claim'], 'none: this node holds nothing');
  });

  it('ends with 77 where the API server refuses, and with 78 where the configuration is wrong', async () => {
    await using bench = await Bench.open({ bare: true });
    await bench.admin.post('/api/v1/nodes', { metadata: { name: 'n1' } });
    const refused = await bench.run('status');
    assert.equal(refused.code, 77);
    assert.match(refused.out, /^the API server refused to read the Lease/m);
    bench.configure('drian: {}');
    const wrong = await bench.run('status');
    assert.equal(wrong.code, 78);
    assert.match(wrong.err, /drian.*\nthe daemon does not run on this node.* before the configuration is mended\n$/s);
  });
});

describe('why without a daemon', { timeout }, () => {
  it('says that it does not run, and what would make it wait all the same', async () => {
    await using bench = await Bench.open();
    await bench.setLease({ holders: [holder('n2')], paused: 'holidays' });
    const { code, out } = await bench.run('why');
    assert.equal(code, 0);
    assert.match(out, /^the daemon does not run on this node, so nothing happens here\n {2}remedy: systemctl start/);
    assert.match(out, /^- no reboot is needed$/m);
    assert.match(out, /^- the pool is paused: holidays\n {2}remedy: kubectl annotate lease -n kured-host kured-host/m);
    assert.match(out, /^- waiting for n2, draining since .*, holder of kured-host\/kured-host$/m);
    const json = JSON.parse((await bench.run('why', '--json')).out);
    assert.equal(json.running, false);
    assert.deepEqual(
      json.reasons.map(({ code: of }: { code: string }) => of),
      ['daemon-stopped', 'no-need', 'pool-paused', 'pool-busy'],
    );
  });
});
