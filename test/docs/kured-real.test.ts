import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { program } from '../bench/machines.ts';
import { available, skipUnless } from '../cluster/available.ts';
import { mustRun } from '../cluster/process.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canRunBundle } from '../pool/pool.ts';
import { blocksOf, page, wordsOf } from './pages.ts';

const lock = 'weave.works/kured-node-lock';
const inProgress = 'weave.works/kured-reboot-in-progress';
const blocks = blocksOf(page('docs/kured.md'), 'sh');

describe('the move from kured, as the docs have it', {
  skip: skipUnless(available(), canRunBundle()),
  timeout: 120_000,
}, () => {
  it('locks kured and not a lock that is held, pauses the Lease, reads the DaemonSet, and leaves nothing of kured', async () => {
    await using cluster = await sharedControlPlane();
    const [namespace, ours, node] = [uniqueName('kured'), uniqueName('moved'), uniqueName('node')];
    const manifest = join(cluster.directory, `${ours}.yaml`);
    writeFileSync(manifest, (await mustRun([program, 'manifest', '--namespace', ours])).stdout);
    await cluster.admin.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    await cluster.admin.post('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: node, annotations: { [inProgress]: '2026-01-01T00:00:00Z' } },
      spec: { unschedulable: true },
    });
    const daemonSets = `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
    const labels = { name: 'kured' };
    await cluster.admin.post(daemonSets, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'kured', annotations: { [lock]: '{"nodeID":"n7"}' } },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            // On no node: what counts is the object.
            nodeSelector: { pool: namespace },
            containers: [{ name: 'kured', image: 'example.invalid/kured', args: ['--concurrency=2'] }],
          },
        },
      },
    });

    /** The kubectl lines of a step, each as it stands but for the names of this test. */
    const step = async (name: string) => {
      const block = blocks.find((one) => one.name === name);
      assert.ok(block !== undefined, name);
      let last: { readonly code: number | null; readonly stdout: string; readonly stderr: string } | null = null;
      for (const line of block.text.trim().split('\n')) {
        const here = line
          .replace('-n kube-system', `-n ${namespace}`)
          .replace('-n kured-host', `-n ${ours}`)
          .replace('kured-host.yaml', manifest)
          .replace('--all', node);
        last = await cluster.kubectl(wordsOf(here).slice(1));
        if (last.code !== 0) break;
      }
      assert.ok(last !== null, name);
      return last;
    };

    const held = await step('stop');
    assert.notEqual(held.code, 0);
    assert.match(held.stderr, /already has a value|--overwrite is false/);
    await cluster.admin.patch(`${daemonSets}/kured`, { metadata: { annotations: { [lock]: null } } });
    assert.equal((await step('stop')).code, 0);
    assert.equal((await cluster.admin.get(`${daemonSets}/kured`)).metadata.annotations?.[lock], '{"nodeID":"manual"}');

    assert.equal((await step('pause')).code, 0);
    const lease = `/apis/coordination.k8s.io/v1/namespaces/${ours}/leases/kured-host`;
    assert.equal((await cluster.admin.get(lease)).metadata.annotations?.['kured-host/paused'], 'kured goes first');

    const where = ['--kubeconfig', cluster.adminKubeconfig, '--ds-namespace', namespace];
    assert.match((await mustRun([program, 'config', 'import-kured', ...where])).stdout, /^concurrency: 2$/m);

    assert.equal((await step('remove')).code, 0);
    await cluster.admin.until(`${daemonSets}/kured`, 'the DaemonSet to be gone', (object) => object === undefined);
    const cleared = await step('clear');
    assert.equal(cleared.code, 0, cleared.stderr);
    assert.ok(cleared.stdout.includes(node), cleared.stdout);
    assert.equal((await cluster.admin.get(`/api/v1/nodes/${node}`)).metadata.annotations?.[inProgress], undefined);
    assert.equal((await step('go')).code, 0);
    assert.equal((await cluster.admin.get(lease)).metadata.annotations?.['kured-host/paused'], undefined);
    await cluster.admin.delete(`/api/v1/nodes/${node}`);
  });
});
