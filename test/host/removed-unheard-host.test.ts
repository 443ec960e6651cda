import assert from 'node:assert/strict';
import { it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { canRunBundle } from '../pool/pool.ts';
import type { LeaseObject } from '../pool/story.ts';
import { canMakeGuests } from './available.ts';
import { GuestPool } from './guest-pool.ts';
import { apt } from './installation.ts';
import { keptPod } from './kept-pod.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

it('a removal in mid-drain, with an API server that does not answer, ends by itself and says what stays and how to undo it', {
  skip,
  timeout: 300_000,
}, async (t) => {
  await using cluster = await startControlPlane();
  await using nodes = await GuestPool.open(cluster);
  const guest = await nodes.add({ suite: 'trixie' });
  await keptPod(cluster, guest.name);
  await guest.must(['touch', '/run/reboot-required']);
  await guest.logs(/budget|evict/i);
  cluster.freeze();
  const shown = await apt(guest, 'remove', 'kured-host');
  cluster.thaw();
  t.diagnostic(shown);
  assert.match(shown, /^kured-host: stopping the service; .* within 30 s$/m);
  // systemd did not have to end it.
  assert.doesNotMatch(await guest.journal('--unit=kured-host'), /timed out|Killing process/);
  const undo = `kured-host lease release ${guest.name} --force, on a node of the pool, then kubectl uncordon ${guest.name}`;
  assert.match(shown, new RegExp(`the claim in .* is left as it is .*; to give it up instead: ${undo}`));
  const lease = await cluster.admin.get<LeaseObject>(nodes.pool.leasePath);
  assert.equal(lease.spec?.holderIdentity, guest.name);
});
