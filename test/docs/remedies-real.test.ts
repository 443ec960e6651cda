import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { program } from '../bench/machines.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { type Kubelet, startKubelet } from '../cluster/kubelet.ts';
import { mustRun } from '../cluster/process.ts';
import type { Node } from '../cluster/seen-objects.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canRunBundle } from '../pool/pool.ts';
import { page, wordsOf } from './pages.ts';

interface Remedy {
  readonly wanted: string;
  readonly line: string;
}

/** The rows of the page whose second cell is a kubectl line. */
const remedies: readonly Remedy[] = [...page('docs/remedies.md').matchAll(/^\| (.+?) \| `(kubectl .+)` \|$/gm)].map(
  ([, wanted = '', line = '']) => ({ wanted, line }),
);

/** What a line that changes the Lease leaves there: annotation and value, null for one that is gone. */
const leaves: Readonly<Record<string, readonly [string, string | null]>> = {
  'kured-host/paused="why"': ['kured-host/paused', 'why'],
  'kured-host/paused-': ['kured-host/paused', null],
  'kured-host/concurrency=2': ['kured-host/concurrency', '2'],
  'kured-host/concurrency-': ['kured-host/concurrency', null],
  'kured-host/release=NODE': ['kured-host/release', 'NODE'],
  'kured-host/release-': ['kured-host/release', null],
  'kured-host/force-release=NODE': ['kured-host/force-release', 'NODE'],
  '--type=merge': ['kured-host/holders', null],
};

describe('the remedies of the docs, each as its one kubectl line', {
  skip: skipUnless(available(), canRunBundle()),
  timeout: 120_000,
}, () => {
  const namespace = uniqueName('remedies');
  const node = uniqueName('node');
  const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/kured-host`;
  let cluster: ClusterAccess & AsyncDisposable;
  let kubelet: Kubelet;
  let manifest = '';

  before(async () => {
    cluster = await sharedControlPlane();
    manifest = join(cluster.directory, `${namespace}.yaml`);
    writeFileSync(manifest, (await mustRun([program, 'manifest', '--namespace', namespace])).stdout);
    await cluster.kubectl(['apply', '-f', manifest]);
    kubelet = startKubelet(cluster, { node, kubeconfig: await cluster.nodeKubeconfig(node) });
    await kubelet.awaitReported(true, 30_000);
    const annotations = { 'kured-host/status': 'idle: no reboot is needed' };
    await cluster.admin.patch(`/api/v1/nodes/${node}`, { metadata: { annotations } });
    const condition = { type: 'RebootRequired', status: 'False', reason: 'NoNeed', message: 'no reboot is needed' };
    await cluster.admin.patch(`/api/v1/nodes/${node}/status`, { status: { conditions: [condition] } }, 'strategic');
  });
  after(async () => {
    await kubelet?.[Symbol.asyncDispose]();
    await cluster?.admin.delete(`/api/v1/nodes/${node}`);
    await cluster?.[Symbol.asyncDispose]();
  });

  it('are on the page', () => assert.ok(remedies.length > 15, `${remedies.length}`));

  for (const { wanted, line } of remedies)
    it(wanted, async () => {
      const here = line
        .replaceAll('NODE', node)
        .replace(' -n kured-host ', ` -n ${namespace} `)
        .replace('kured-host.yaml', manifest);
      const { code, stdout, stderr } = await cluster.kubectl(wordsOf(here).slice(1));
      assert.equal(code, 0, stderr);
      const left = Object.entries(leaves).find(([part]) => line.includes(` ${part}`))?.[1];
      const [annotation, value] = left ?? ['', null];
      if (left !== undefined) {
        const { metadata } = await cluster.admin.get(lease);
        assert.equal(metadata.annotations?.[annotation] ?? null, value === 'NODE' ? node : value);
      }
      if (line.startsWith('kubectl patch node')) await isClean();
      else if (line.includes('kured-host/status')) assert.match(stdout, /idle: no reboot is needed/);
      if (line.startsWith('kubectl get lease')) assert.match(stdout, /name: kured-host/);
    });

  /** Nothing of ours is left on the Node, and all that the kubelet says of it. */
  async function isClean(): Promise<void> {
    const { metadata, status } = await cluster.admin.get<Node>(`/api/v1/nodes/${node}`);
    const types = status.conditions.map(({ type }) => type);
    assert.deepEqual([types.includes('RebootRequired'), types.includes('Ready')], [false, true]);
    const ours = ['kured-host/status', 'kured-host/handled', 'kured-host/lease', 'kured-host/write'];
    assert.deepEqual(
      Object.keys(metadata.annotations ?? {}).filter((key) => ours.includes(key)),
      [],
    );
  }

  it('that change the Lease are all looked at afterwards', () => {
    const changing = remedies.filter(({ line }) => /^kubectl (annotate|patch) lease/.test(line));
    const unknown = changing.filter(({ line }) => !Object.keys(leaves).some((part) => line.includes(` ${part}`)));
    assert.deepEqual(unknown, []);
  });
});
