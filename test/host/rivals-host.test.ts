import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { createNamespace, podSpec } from '../cluster/workload.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { statusText } from './logind.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const rivalFound = 'KURED_EVENT=rival-found';

describe('others that reboot the node by themselves', { skip, timeout: 300_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('are warned about by the service, out of its sandbox, and by preflight, which permits all the same', async () => {
    await using nodes = await GuestPool.open(cluster);
    const node = await nodes.add({ suite: 'trixie' });
    await statusText(node, /^no reboot is needed$/);
    assert.equal(await node.journal('-q', rivalFound), '');
    assert.doesNotMatch(await node.must(['kured-host', 'preflight']), /^warning/m);

    await putRivals(node);
    const kured = await addKured(cluster, node.name);
    await node.systemctl('restart', 'kured-host');

    const rivals = ['unattended-upgrades', 'zincati\\.service', `the pod ${kured}`];
    for (const rival of rivals) {
      const words = `${rival} may reboot this node without its turn`;
      await node.logs(new RegExp(`Somebody else may reboot this node: ${words}`));
      assert.match(await node.must(['kured-host', 'preflight']), new RegExp(`^warning  ${words}.*\\n {9}\\S`, 'm'));
    }
    const remedies = await node.journal('-q', '-o', 'cat', '--output-fields=KURED_REMEDY', rivalFound);
    assert.match(remedies, /set Unattended-Upgrade::Automatic-Reboot "false"/);
    assert.match(remedies, /systemctl disable --now zincati/);
    assert.equal(remedies.trim().split('\n').length, rivals.length, 'each once');
  });
});

/** unattended-upgrades as a person sets it up, by the configuration alone, and a stand-in for zincati that runs. */
async function putRivals(node: Guest): Promise<void> {
  node.put(
    '/etc/apt/apt.conf.d/60reboots',
    '// Unattended-Upgrade::Automatic-Reboot "false";\nUnattended-Upgrade { Automatic-Reboot "yes"; };\n',
  );
  node.put('/usr/bin/unattended-upgrade', '#!/bin/sh\n', 0o755);
  node.put('/etc/systemd/system/zincati.service', '[Service]\nExecStart=/bin/sleep infinity\n');
  await node.systemctl('daemon-reload');
  await node.systemctl('start', 'zincati');
}

/** kured's DaemonSet, for this node alone; its pod as NAMESPACE/NAME. */
async function addKured(cluster: ClusterAccess, node: string): Promise<string> {
  const namespace = await createNamespace(cluster, 'kured');
  const labels = { name: 'kured' };
  const nodeSelector = { 'kubernetes.io/hostname': node };
  const sets = `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
  await cluster.admin.post(sets, {
    metadata: { name: 'kured', namespace },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...podSpec(), nodeSelector } },
    },
  });
  type DaemonSet = KubernetesObject & { readonly status?: { readonly currentNumberScheduled?: number } };
  const made = (set?: DaemonSet): boolean => set?.status?.currentNumberScheduled === 1;
  await cluster.admin.until<DaemonSet>(`${sets}/kured`, 'the pod of kured', made);
  type Pods = { readonly items: readonly KubernetesObject[] };
  const { items } = await cluster.admin.get<Pods>(`/api/v1/namespaces/${namespace}/pods`);
  return `${namespace}/${items[0]?.metadata.name}`;
}
