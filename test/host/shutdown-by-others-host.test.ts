import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { keptPod } from './kept-pod.ts';
import { statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const holders = 'kured-host/holders';

describe('a shutdown that somebody else scheduled', { skip, timeout: 300_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('is waited for and named, and once it is cancelled the node takes its turn', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie' });
    await node.must(['shutdown', '--reboot', '--no-wall', '+60']);
    node.put('/run/reboot-required', '');
    await statusText(node, /^reboot needed: a reboot is scheduled for .* by someone else$/);
    assert.equal((await nodes.pool.lease).metadata.annotations?.[holders], undefined);
    await node.must(['shutdown', '-c', '--no-wall']);
    await nodes.rebooted(node, 2);
    assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
  });

  it('ends a drain, and the reboot that comes of it is no business of ours: no fence, nothing held, uncordoned', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'bookworm' });
    await drainsForEver(node);
    await scheduleReboot(node, 12);
    await statusText(
      node,
      /^reboot needed: tries again at .*, because the last try ended: a reboot is scheduled for .* by someone else$/,
    );
    const path = `/api/v1/nodes/${node.name}`;
    type Node = KubernetesObject & { readonly spec?: { readonly unschedulable?: boolean } };
    await cluster.admin.until<Node>(path, 'the uncordon', (it) => it?.spec?.unschedulable !== true);
    assert.equal((await nodes.pool.lease).metadata.annotations?.[holders], undefined);
    await node.awaitBoot(2);
    await statusText(node, /^no reboot is needed$/);
    const after = await cluster.admin.get<Node>(path);
    assert.equal(after.metadata.annotations?.['kured-host/claim'], undefined);
    const history = await nodes.history();
    assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
    assert.deepEqual(fences(history), {});
  });

  it('by force in the middle of a drain counts as the reboot: verified, uncordoned, released', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'forky' });
    await drainsForEver(node);
    await node.run(['systemctl', 'reboot', '--force']);
    await nodes.rebooted(node, 2);
    await statusText(node, /^no reboot is needed$/);
    assert.equal((await nodes.pool.lease).metadata.annotations?.[holders], undefined);
    assert.deepEqual(fences(await nodes.history()), {});
  });

  /** A pod that no eviction may take away, and a need: the node is cordoned and stays there. */
  async function drainsForEver(node: Guest): Promise<void> {
    await keptPod(cluster, node.name);
    node.put('/run/reboot-required', '');
    await statusText(node, /^draining: .*budget/);
  }
});

/** `shutdown -r` counts minutes; logind itself takes a moment. */
async function scheduleReboot(node: Guest, seconds: number): Promise<void> {
  const call = 'busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager';
  await node.sh(`${call} ScheduleShutdown st reboot $(( ($(date +%s) + ${seconds}) * 1000000 ))`);
}
