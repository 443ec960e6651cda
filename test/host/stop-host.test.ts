import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { keptPod } from './kept-pod.ts';
import { statusText } from './logind.ts';
import { startRelay } from './relay.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

describe('a stop while the API server says nothing', { skip, timeout: 300_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('ends by itself before systemd would end it, at the start and in a drain, and the next start goes on', async () => {
    await using relay = await startRelay(cluster.url);
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie', booted: false });
    node.put('/etc/kubernetes/kubelet.conf', node.read('/etc/kubernetes/kubelet.conf').replace(cluster.url, relay.url));
    await node.boot();
    const kept = await keptPod(cluster, node.name);
    node.put('/run/reboot-required', '');
    await statusText(node, /disruption budget \(kept\) allows no eviction now/);

    relay.freeze();
    await stops(node);
    await node.systemctl('start', 'kured-host');
    await stops(node);
    relay.thaw();

    await node.systemctl('start', 'kured-host');
    await kept.mayGo();
    await nodes.rebooted(node, 2, 240_000);
    const history = await nodes.history();
    assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
    assert.deepEqual(fences(history), { [node.name]: 1 });
  });
});

/** systemd's own word: it had not to be killed. */
async function stops(node: Guest): Promise<void> {
  await node.must(['systemctl', 'stop', 'kured-host'], { milliseconds: 60_000 });
  assert.equal(await node.show('kured-host', 'Result'), 'success');
  assert.equal(await node.show('kured-host', 'ActiveState'), 'inactive');
}
