import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readMachine } from '../../src/host/machine.ts';
import { holder, waiting } from '../core/lease/samples.ts';
import { Bench, bootId, leasePath } from './bench.ts';
import { mark, rows } from './status-rows.ts';

const timeout = 30_000;

async function annotateNode(bench: Bench, annotations: Readonly<Record<string, string>>): Promise<void> {
  await bench.admin.patch('/api/v1/nodes/n1', { metadata: { annotations } });
}

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
      [false, 'n1', 'draining', true, true, 'yes', 'no reason given'],
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

  it('says of an entry of an earlier boot without a mark what the remembered fence makes of it', async () => {
    await using bench = await Bench.open();
    const read = await readMachine(bench.path('machine-id'));
    const machine = read.is === 'read' ? read.machine : assert.fail(read.why);
    const boot = { id: 'another-boot', soft: null };
    await bench.setLease({ holders: [holder('n1', { boot, machine, claim: 'claim-n1', phase: 'rebooting' })] });
    const fenced = { claim: 'claim-n1', boot, need: { fingerprint: 'f', reasons: [] } };
    for (const [memory, next] of [
      [null, 'verifies that the node is well, notes no reboot, and releases the Lease'],
      [{ fenced }, 'verifies the reboot, takes its own cordon off, and releases the Lease'],
      ['no object', 'verifies that the node is well, and releases the Lease'],
    ] as const) {
      if (memory !== null) bench.file('state/memory.json', JSON.stringify(memory));
      assert.equal(rows((await bench.run('status')).out)['next'], `once it is started: ${next}`);
    }
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

  it('looks at the Lease the Node names, where that has something of it and the settings name another', async () => {
    await using bench = await Bench.open();
    await annotateNode(bench, { 'kured-host/lease': 'kured-host/kured-host' });
    bench.configure('lease: {name: kured-host-other}');
    await bench.setLease({ holders: [holder('n1')] });
    const held = rows((await bench.run('status')).out);
    assert.equal(held['lease'], 'kured-host/kured-host: held by n1');
    assert.match(held['claim'] ?? '', /^n1, draining since/);
    await bench.setLease({ queue: [waiting('n1')] });
    const queued = rows((await bench.run('status')).out);
    assert.equal(
      queued['next'],
      'once it is started: gives its place in the queue back, as the settings name another pool',
    );
    await bench.setLease({});
    const free = rows((await bench.run('status')).out);
    assert.match(free['lease'] ?? '', /^kured-host\/kured-host-other: /);
  });

  it('shows why the pool is paused on one line, whoever wrote it', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/paused': `a\n\x1b[2Jboot  ${'x'.repeat(400)}` });
    const { out } = await bench.run('status');
    assert.match(rows(out)['lease'] ?? '', /; paused: a\\n\\x1b\[2Jboot {2}x{100,}…$/);
    const { lease } = JSON.parse((await bench.run('status', '--json')).out);
    assert.match(lease.paused, /^a\\n.{100,200}$/);
  });

  it('shows as unknown what cannot be told, and why, and ends with 69', async () => {
    await using bench = await Bench.open();
    await bench.server.stop();
    const { code, out } = await bench.run('status');
    assert.equal(code, 69);
    const said = rows(out);
    const unread =
      'unknown (cannot tell without the daemon whether a reboot is needed: the Node, where a person may ask for one, could not be read)';
    assert.deepEqual(
      [said['node'], said['claim'], said['mark'], said['lease'], said['next'], said['boot'], said['need']],
      ['n1: unknown', 'unknown', 'unknown', 'kured-host/kured-host: unknown', 'unknown', bootId, unread],
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

  it('shows what a person asks for on the Node, until a reboot has met it', async () => {
    await using bench = await Bench.open();
    await annotateNode(bench, { 'kured-host/reboot-requested': 'firmware' });
    assert.equal(rows((await bench.run('status')).out)['need'], 'yes (request: firmware)');
    bench.file('reboot-required', '');
    assert.match(rows((await bench.run('status')).out)['need'] ?? '', /^yes \(.*reboot-required, request: firmware\)$/);
    rmSync(bench.path('reboot-required'));
    const at = '2026-03-01T02:00:00Z';
    const need = { fingerprint: 'request:firmware', reasons: ['firmware'] };
    const handled = { need, boot: 'an-earlier-boot', at, reboots: [at] };
    await annotateNode(bench, { 'kured-host/handled': JSON.stringify(handled) });
    assert.equal(rows((await bench.run('status')).out)['need'], 'no (request: firmware: met by a reboot already)');
    assert.match((await bench.run('why')).out, /^- the need \(request: firmware\) was already met by a reboot/m);
  });

  it('shows that a person holds the node, and why', async () => {
    await using bench = await Bench.open();
    await annotateNode(bench, { 'kured-host/hold': 'a restore runs' });
    assert.equal(rows((await bench.run('status')).out)['hold'], 'a person holds this node: a restore runs');
    const json = JSON.parse((await bench.run('status', '--json')).out);
    assert.deepEqual([json.held.code, json.held.message], ['held', 'a person holds this node: a restore runs']);
  });

  it('shows as unknown a need that only the daemon can ask for', async () => {
    await using bench = await Bench.open();
    bench.configure();
    bench.file('etc/kured-host/config.d/10.yaml', 'sentinel: {files: [], command: [/usr/bin/needs-restarting, -r]}\n');
    assert.match(
      rows((await bench.run('status')).out)['need'] ?? '',
      /^unknown \(.*: the sentinel command \/usr\/bin\/needs-restarting is not run for this\)$/,
    );
    const why = (await bench.run('why')).out;
    assert.match(why, /needs-restarting is not run for this\n {2}remedy: `kured-host check` asks files and command/);
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
