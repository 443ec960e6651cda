import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle, Pool } from './pool.ts';
import { reconfigure, window } from './turns.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** One that closes: permission-real.test.ts. */
describe('a maintenance window on a real cluster', { skip, timeout: 180_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('that opens is noticed at its edge, and the node has its reboot', async () => {
    await using pool = await Pool.open(cluster);
    const machine = await pool.add({ settings: window(7200, 10_800) });
    machine.requireReboot();
    await machine.awaitLog(/outside the maintenance windows/);
    reconfigure(machine, /^maintenance: .*$/m, window(3, 7200));
    await pool.rebooted(machine);
    assert.equal(machine.rebootsAsked, 1);
  });
});
