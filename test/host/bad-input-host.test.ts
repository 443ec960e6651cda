import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests, suites } from './available.ts';
import type { Guest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const broken = '/etc/kured-host/config.d/60-broken.yaml';
const koffi = '/usr/libexec/kured-host/koffi.node';

describe('what a person or a disk has broken', { skip, timeout: 300_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const suite of eachSuite)
    it(`with systemd ${suites[suite]}: a wrong configuration refuses a reload, ends a start for good, and the status says file and line`, async () => {
      await using nodes = await GuestPool.open(cluster);
      const node = await nodes.add({ suite });
      await statusText(node, /^no reboot is needed$/);
      node.put(broken, '# ours\ndrain: {timout: 5m}\n');
      const why = `${broken}:2:9: the key "drain\\.timout" is not known`;
      const reload = await node.run(['systemctl', 'reload', 'kured-host']);
      assert.notEqual(reload.code, 0);
      await statusText(node, new RegExp(`^no reboot is needed; the configuration on disk was refused: ${why}`));
      assert.equal(await node.show('kured-host', 'ActiveState'), 'active');

      await fails(node);
      const shown = await node.run(['systemctl', '--no-pager', '--full', 'status', 'kured-host']);
      assert.match(shown.stdout, new RegExp(`Status: "does not start: ${why}`));
      assert.match(
        await node.journal('-t', 'kured-host', '-p', 'err'),
        /The configuration was refused: .*drain\.timout/,
      );

      await node.sh(`rm ${broken}; systemctl start kured-host`);
      await statusText(node, /^no reboot is needed$/);

      node.put(broken, 'notifications: {urlFiles: [/etc/kured-host/notify]}\n');
      assert.notEqual((await node.run(['systemctl', 'reload', 'kured-host'])).code, 0);
      await statusText(node, /the configuration on disk was refused: \/etc\/kured-host\/notify: .* cannot be read/);
      await node.sh(`rm ${broken}; systemctl reload kured-host`);
      await statusText(node, /^no reboot is needed$/);
    });

  it('a native library that is gone ends a start for good, with a word on what to do', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie' });
    await node.sh(`mv ${koffi} ${koffi}.away`);
    await fails(node);
    const said = await node.journal('-u', 'kured-host', '-o', 'cat');
    assert.match(said, /the native library cannot be loaded, .*koffi\.node.*install the package again/);
    await node.sh(`mv ${koffi}.away ${koffi}; systemctl start kured-host`);
    await statusText(node, /^no reboot is needed$/);
  });

  it('a configuration folder that is gone is none: defaults hold', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'bookworm' });
    await node.sh('mv /etc/kured-host /etc/kured-host.away; systemctl restart kured-host');
    await statusText(node, /the Lease kured-host\/kured-host|no reboot is needed/);
    assert.equal(await node.show('kured-host', 'ActiveState'), 'active');
  });

  it('credentials that are missing are waited for, and found when the node joins', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'bookworm' });
    await node.sh('mv /etc/kubernetes /etc/kubernetes.away; systemctl restart kured-host');
    await statusText(node, /^waiting: no kubeconfig of a kubelet was found/);
    assert.equal(await node.show('kured-host', 'ActiveState'), 'active');
    await node.sh('mv /etc/kubernetes.away /etc/kubernetes');
    await statusText(node, /^no reboot is needed$/);
  });

  it('a sentinel command that hangs is ended, told as unknown, and never a reason to reboot', async () => {
    await using nodes = await GuestPool.open(cluster);
    const hangs = 'sentinel: {command: [/bin/sleep, infinity], commandTimeout: 1s, commandPeriod: 1s}\n';
    const node = await nodes.add({ suite: 'trixie', settings: hangs });
    await statusText(node, /^cannot tell whether a reboot is needed: \/bin\/sleep: no end within 1 s$/);
    assert.equal((await nodes.pool.lease).metadata.annotations?.['kured-host/holders'], undefined);
    await node.systemctl('stop', 'kured-host');
    await node.sees('no sleeper left', ['sh', '-c', 'pgrep -x sleep || echo none'], /^none$/m);
  });
});

/** A start that ends for good: failed with status 78, and not tried again by itself. */
async function fails(node: Guest): Promise<void> {
  await node.run(['systemctl', 'restart', 'kured-host']);
  const show = ['systemctl', 'show', '--property=ActiveState,SubState,Result,ExecMainStatus,NRestarts', 'kured-host'];
  const failed = await node.sees('the failed start', show, /ActiveState=failed/);
  const lines = failed.trim().split('\n').sort();
  assert.deepEqual(lines, [
    'ActiveState=failed',
    'ExecMainStatus=78',
    'NRestarts=0',
    'Result=exit-code',
    'SubState=failed',
  ]);
}
