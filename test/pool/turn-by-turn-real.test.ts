import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle, Pool } from './pool.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

interface LeaseLike {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}

describe('a pool on a real API server', { skip, timeout: 240_000 }, () => {
  it('reboots each of five nodes exactly once, never two at a time, and leaves the Lease empty', async () => {
    await using cluster = await sharedControlPlane();
    await using pool = await Pool.open(cluster);
    const machines = await Promise.all(Array.from({ length: 5 }, () => pool.add()));
    for (const machine of machines) machine.requireReboot(['linux-image']);
    await Promise.all(machines.map((machine) => pool.rebooted(machine)));
    assert.deepEqual(
      machines.map(({ boots, rebootsAsked }) => [boots, rebootsAsked]),
      Array(5).fill([2, 1]),
    );
    assert.equal(pool.mostMarked(), 1);
    const lease = await cluster.admin.until<LeaseLike & { metadata: { name: string } }>(
      pool.leasePath,
      'an empty Lease',
      (now) => (now?.spec?.holderIdentity ?? '') === '',
    );
    assert.equal(lease?.spec?.leaseTransitions, 5);
    assert.equal(lease?.metadata.annotations?.['kured-host/holders'], undefined);
    assert.equal(lease?.metadata.annotations?.['kured-host/queue'], undefined);
  });
});
