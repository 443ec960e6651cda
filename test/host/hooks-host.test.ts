import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { free, isCordoned, type NodeObject } from '../pool/story.ts';
import { canMakeGuests, suites } from './available.ts';
import type { Guest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

const folder = '/etc/kured-host/hooks';
/** Does what /run/answer says. */
const answers = `#!/bin/sh
answer=$(cat /run/answer)
echo "the answer is $answer"
case $answer in
  no) exit 3 ;;
  silence) exec sleep 1000 ;;
esac
`;
/** Notes under what rights, where and as what it runs; writes where the daemon may not. */
const notes = `#!/bin/sh
grep CapEff /proc/self/status >/etc/hook-notes
env | grep ^KURED_HOST_ | sort >>/etc/hook-notes
`;
const ready = `#!/bin/sh
test -e /run/ready || { echo 'the storage is missing' >&2; exit 1; }
`;

describe('hooks in a guest with the package', { skip, timeout: 300_000, concurrency: true }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  for (const suite of eachSuite)
    it(`with systemd ${suites[suite]}: one that fails, hangs or is not of root backs out; after the boot the node stays cordoned until it succeeds`, async () => {
      await using nodes = await GuestPool.open(cluster);
      const node = await nodes.add({ suite, settings: 'hooks: {timeout: 2s}\n' });
      const check = `${folder}/before-drain.d/10-check`;
      node.put(check, answers, 0o755);
      node.put(`${folder}/before-drain.d/05-tell.wanted`, '#!/bin/sh\nexit 9\n', 0o755);
      node.put(`${folder}/before-reboot.d/10-notes`, notes, 0o755);
      node.put(`${folder}/after-boot.d/10-ready`, ready, 0o755);

      node.put('/run/answer', 'no');
      node.put('/run/reboot-required.pkgs', 'linux-image-6.1\nlibc6\n');
      node.put('/run/reboot-required', '');
      await backsOut(nodes, node, `the hook ${check} failed: it ended with exit code 3`);
      assert.match(await node.logs(/10-check failed/), /05-tell\.wanted failed: it ended with exit code 9/);

      node.put('/run/answer', 'silence');
      await node.must(['kured-host', 'retry']);
      await backsOut(nodes, node, `the hook ${check} failed: it did not end within 2 s \\(hooks.timeout\\)`);

      node.put('/run/answer', 'yes');
      const strange = `${folder}/before-drain.d/20-strange`;
      node.put(strange, '#!/bin/sh\necho >/etc/strange-ran\n', 0o755);
      await node.must(['chown', 'nobody', strange]);
      await node.must(['kured-host', 'retry']);
      await backsOut(nodes, node, `the hook ${strange} is not run, because ${strange} is owned by the user 65534`);
      await node.must(['rm', strange]);

      await node.must(['kured-host', 'retry']);
      await node.awaitBoot(2, 120_000);
      const after = `the hook ${folder}/after-boot.d/10-ready failed: it ended with exit code 1`;
      await statusText(node, new RegExp(`^rebooted, verifying: ${after}$`));
      assert.ok(isCordoned(await nodeOf(nodes, node)), 'it stays cordoned');
      assert.notEqual((await nodes.pool.lease).spec?.holderIdentity ?? '', '', 'and keeps the Lease');
      node.put('/run/ready', '');
      await node.must(['kured-host', 'retry']);
      await nodes.rebooted(node, 2);
      assert.ok(!isCordoned(await nodeOf(nodes, node)));

      await node.sh('test -e /etc/hook-notes && test ! -e /etc/strange-ran');
      assert.equal(await capabilitiesOfDaemon(node), '0000000000000000');
      assert.deepEqual(node.read('/etc/hook-notes').trim().split('\n').slice(1), [
        `KURED_HOST_NODE=${node.name}`,
        'KURED_HOST_PHASE=before-reboot',
        'KURED_HOST_REASON=linux-image-6.1, libc6',
      ]);
      assert.equal(
        rightsIn(node.read('/etc/hook-notes')),
        rightsIn(await node.sh('grep CapEff /proc/1/status')),
        'all rights',
      );
      for (const by of ['-t', '-u'])
        assert.match(
          await node.journal(by, 'kured-host'),
          /the answer is no\n.*the answer is silence\n.*the answer is yes\n/s,
          by,
        );
      const said = await node.journal(`KURED_HOOK=${check}`, '--output=json', '--boot=-1', '_TRANSPORT=stdout');
      assert.match(said, new RegExp(`"KURED_NODE":"${node.name}"`));
      assert.equal(
        await node.sh('systemctl list-units --all --no-legend "kured-host-hook-*"'),
        '',
        'nothing is left of them',
      );
      assert.deepEqual(fences(await nodes.history()), { [node.name]: 1 });
      assert.deepEqual(breaches(await nodes.history(), 1, { account: nodes.pool.account }), []);
    });

  for (const how of ['restarted', 'killed'] as const)
    it(`one that runs while the service is ${how} is waited for, and not run a second time`, async () => {
      await using nodes = await GuestPool.open(cluster);
      const node = await longHook(nodes);
      if (how === 'restarted') await node.systemctl('restart', 'kured-host');
      else await node.systemctl('kill', '--signal=KILL', 'kured-host');
      await node.logs(/A hook that was started earlier is still running and is waited for/);
      node.put('/run/go', '');
      await nodes.rebooted(node, 2);
      assert.equal(node.read('/var/lib/starts'), 'start\nend\n');
    });

  it('one that runs while the service is stopped is ended before the Lease is given back', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await longHook(nodes);
    await node.systemctl('stop', 'kured-host');
    await nodes.cluster.admin.until(nodes.pool.leasePath, 'a free Lease', free);
    assert.equal(await node.sh('systemctl list-units --all --no-legend "kured-host-hook-*"'), '');
    assert.equal(node.read('/var/lib/starts'), 'start\nterm\n');
    assert.ok(!isCordoned(await nodeOf(nodes, node)));
  });

  it('one that runs while the power goes is no reason to be stuck: the hooks after the boot run, and the claim is let go', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await longHook(nodes);
    node.put(`${folder}/after-boot.d/10-ready`, ready, 0o755);
    await node.must(['sync']);
    await node.powerCut();
    await node.boot();
    await statusText(node, /^verifying: the hook .*10-ready failed/);
    node.put('/run/ready', '');
    await node.must(['kured-host', 'retry']);
    await nodes.cluster.admin.until(nodes.pool.leasePath, 'a free Lease', free);
  });
});

/** A node whose hook before the drain has begun, and ends once /run/go is there. */
async function longHook(nodes: GuestPool): Promise<Guest> {
  const node = await nodes.add({ suite: 'trixie' });
  const script = `#!/bin/sh
trap 'echo term >>/var/lib/starts; exit 1' TERM
echo start >>/var/lib/starts
until test -e /run/go; do sleep 0.1; done
echo end >>/var/lib/starts
`;
  node.put(`${folder}/before-drain.d/10-long`, script, 0o755);
  node.put('/run/reboot-required', '');
  await statusText(node, /^draining: the hook .*10-long is running/);
  await node.sees('its start', ['cat', '/var/lib/starts'], /start/);
  return node;
}

/** The status says why; nothing is cordoned, and the Lease is free. */
async function backsOut(nodes: GuestPool, node: Guest, why: string): Promise<void> {
  await statusText(node, new RegExp(`^reboot needed: tries again at [^,]*, because the last try ended: ${why}`));
  await nodes.cluster.admin.until(nodes.pool.leasePath, 'a free Lease', free);
  assert.ok(!isCordoned(await nodeOf(nodes, node)), 'the drain has not begun');
}

async function nodeOf(nodes: GuestPool, node: Guest): Promise<NodeObject> {
  return await nodes.cluster.admin.get<NodeObject & KubernetesObject>(`/api/v1/nodes/${node.name}`);
}

async function capabilitiesOfDaemon(node: Guest): Promise<string> {
  return rightsIn(await node.sh('grep CapEff "/proc/$(systemctl show --value --property MainPID kured-host)/status"'));
}

function rightsIn(status: string): string {
  return /CapEff:\s*(\w+)/.exec(status)?.[1] ?? '';
}
