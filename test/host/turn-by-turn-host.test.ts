import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences, mostCordoned } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { apt, knowRepository, seesRepository } from './installation.ts';
import { unfenced } from './logind-law.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

describe('three Debians with the package from the repository, one Lease', { skip, timeout: 400_000 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('each is rebooted once by logind because a package asked for it, one at a time', async (t) => {
    await using nodes = await GuestPool.open(cluster);
    const seen = await seesRepository();
    const guests = await Promise.all(eachSuite.map((suite) => nodes.add({ suite, packaged: false, ...seen })));
    const first = guests.map(({ bootId }) => bootId);
    await Promise.all(guests.map(fromRepository));
    await Promise.all(guests.map((guest) => apt(guest, 'install', '--reinstall', 'dbus')));
    await Promise.all(guests.map((guest) => nodes.rebooted(guest, 2)));
    await cluster.admin.until(
      nodes.pool.leasePath,
      'a free Lease',
      (lease) => lease?.metadata.annotations?.['kured-host/holders'] === undefined,
    );
    assert.deepEqual(
      guests.map(({ boots }) => boots),
      [2, 2, 2],
    );
    guests.forEach(({ bootId }, at) => {
      assert.notEqual(bootId, first[at]);
    });
    const history = await nodes.history();
    assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
    assert.deepEqual(unfenced(history, guests), []);
    assert.equal(mostCordoned(history), 1);
    assert.deepEqual(fences(history), Object.fromEntries(guests.map(({ name }) => [name, 1])));
    const [shown] = guests;
    assert.ok(shown !== undefined);
    t.diagnostic(await shown.journal('-t', 'kured-host', '-o', 'short-precise'));
    t.diagnostic(await shown.systemctl('status', 'kured-host'));
  });
});

async function fromRepository(guest: Guest): Promise<void> {
  await knowRepository(guest);
  await apt(guest, 'install', 'kured-host');
  assert.equal(await guest.show('kured-host', 'ActiveState'), 'active');
}
