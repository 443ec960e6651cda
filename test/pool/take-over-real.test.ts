import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeRecord } from '../../src/core/lease/format.ts';
import { available, skipUnless } from '../cluster/available.ts';
import { type ClusterAccess, minorOf } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { at, holder, record } from '../core/lease/samples.ts';
import { given, grantsOf, takeVerbs } from './grants.ts';
import { canRunBundle, command, Pool } from './pool.ts';
import { preflight, runRemedy } from './preflight.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('the optional grant of the take-over on a real cluster', { skip, timeout: 180_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('is told by preflight, given by the command it prints, by either way of impersonation, and shows whose Node is gone', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add();
    await machine.kubelet?.awaitReported(true);
    const without = await preflight(machine);
    const [line] = without.lines.filter(({ is }) => is === 'without');
    assert.equal(without.code, 0, without.text);
    assert.match(line?.what ?? '', /^take over the claim of a machine that was deleted/);
    const shown = async () => (await machine.run([...command, 'lease', 'show', '--json'])).stdout;
    const held = record({ holders: [holder('deleted'), holder(machine.name)] });
    await cluster.admin.put(pool.leasePath, writeRecord(await pool.lease, held, at(0)));
    assert.deepEqual(existing(await shown()), { deleted: null, [machine.name]: null });

    const { code, text } = await runRemedy(cluster, (line?.remedy ?? '').replace(/^to allow it: /, ''));
    assert.equal(code, 0, text);
    await given(pool, await grantsOf(pool));
    const granted = await until(async () => {
      const now = await preflight(machine);
      return now.lines.some(({ is }) => is === 'without') ? null : now;
    });
    assert.equal(granted.code, 0, granted.text);
    assert.deepEqual(existing(await shown()), { deleted: false, [machine.name]: true });

    // Constrained impersonation alone suffices, where the API server knows it.
    if ((await minorOf(cluster)) < 36) return;
    await takeVerbs(pool, 'nodes', ['impersonate']);
    assert.deepEqual(existing(await shown()), { deleted: false, [machine.name]: true });
  });
});

function existing(json: string): Readonly<Record<string, boolean | null>> {
  const { holders } = JSON.parse(json) as { holders: { node: string; nodeExists: boolean | null }[] };
  return Object.fromEntries(holders.map(({ node, nodeExists }) => [node, nodeExists]));
}

/** The API server's authorizer learns of roles by a watch. */
async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (let round = 0; round < 20; round += 1) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error('the grant did not come into effect');
}
