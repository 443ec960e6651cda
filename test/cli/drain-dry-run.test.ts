import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PodFate } from '../../src/cli/pod-fate.ts';
import { Bench } from './bench.ts';

const timeout = 30_000;
const owner = (kind: string) => [{ apiVersion: 'apps/v1', kind, name: 'owner', uid: 'u', controller: true }];
const replicated = { ownerReferences: owner('ReplicaSet') };
const evictions = { resource: 'pods', subresource: 'eviction' };

async function fates(bench: Bench): Promise<Readonly<Record<string, readonly [PodFate['is'], string, string | null]>>> {
  const { out } = await bench.run('drain', '--dry-run', '--json');
  const { pods } = JSON.parse(out) as { pods: readonly PodFate[] };
  return Object.fromEntries(pods.map(({ name, is, why, budget }) => [name, [is, why, budget]]));
}

describe('drain --dry-run', { timeout }, () => {
  it('says a line for each pod, and changes nothing', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.budget('cart', { app: 'cart' }, 1);
    await bench.pod({ name: 'cart', labels: { app: 'cart' }, ...replicated });
    await bench.pod({ name: 'web', ...replicated });
    await bench.pod({ name: 'solo' });
    await bench.pod({ name: 'proxy', ownerReferences: owner('DaemonSet') });
    await bench.pod({ name: 'static', annotations: { 'kubernetes.io/config.mirror': 'x' } });
    const { code, out } = await bench.run('drain', '--dry-run');
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        'blocked       default/cart    by the disruption budget cart',
        'skipped       default/proxy   its DaemonSet would put it back onto this node at once',
        'unreplicated  default/solo    nothing brings it back elsewhere',
        'skipped       default/static  it stands for a static pod, which only the kubelet ends',
        'evicted       default/web',
        '5 pods on n1: 1 evicted, 1 unreplicated, 1 blocked, 2 skipped; nothing was changed',
        '',
      ].join('\n'),
    );
    assert.deepEqual(bench.changes(), []);
    assert.deepEqual([...(await bench.podNames())].sort(), ['cart', 'proxy', 'solo', 'static', 'web']);
    assert.equal((await bench.node()).spec?.unschedulable, undefined);
    assert.deepEqual((await fates(bench))['cart'], ['blocked', 'by the disruption budget cart', 'cart']);
  });

  it('says that there is nothing on an empty node', async () => {
    await using bench = await Bench.open();
    const { code, out } = await bench.run('drain', '--dry-run');
    assert.deepEqual([code, out], [0, 'no pods on n1; nothing was changed\n']);
  });

  it('fails when an eviction can never succeed: two budgets on one pod', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'cart', labels: { app: 'cart' }, ...replicated });
    await bench.budget('one', { app: 'cart' }, 0);
    await bench.budget('two', { app: 'cart' }, 0);
    const { code, out } = await bench.run('drain', '--dry-run');
    assert.equal(code, 1);
    assert.match(out, /^refused {7}default\/cart {2}This pod has more than one PodDisruptionBudget/);
  });

  it('asks again an API server that was overloaded', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', ...replicated });
    bench.server.faults.answer(evictions, { code: 429, retryAfter: 1 });
    assert.deepEqual((await fates(bench))['web'], ['evicted', '', null]);
  });

  it('shows as blocked what a webhook refuses for now, and why', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', ...replicated });
    const message = 'admission webhook "virt" denied the request: VMI db is not live-migratable';
    bench.server.faults.answer(evictions, { code: 429, message }, 99);
    assert.deepEqual((await fates(bench))['web'], ['blocked', `${message} (status 429)`, null]);
  });

  it('shows as refused what is forbidden, in the words of the API server', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', ...replicated });
    bench.server.faults.answer(evictions, { code: 403 }, 99);
    const { code, out } = await bench.run('drain', '--dry-run');
    assert.equal(code, 1);
    assert.match(out, /^refused {7}default\/web {2}.*403/);
  });

  it('shows as unknown what nobody can tell, and says with 69 that it is', async () => {
    await using bench = await Bench.open();
    using _ = bench.kubelet();
    await bench.pod({ name: 'web', ...replicated });
    bench.server.faults.answer(evictions, { code: 500 }, 99);
    const { code, out } = await bench.run('drain', '--dry-run');
    assert.equal(code, 69);
    assert.match(out, /^unknown {7}default\/web {2}.*500/);
  });

  it('asks nothing of the Lease: it works with one that cannot be understood', async () => {
    await using bench = await Bench.open();
    await bench.annotateLease({ 'kured-host/holders': '{not json' });
    assert.equal((await bench.run('drain', '--dry-run')).code, 0);
  });
});
