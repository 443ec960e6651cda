import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { breaches, fences } from '../observer/moments.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import type { Guest } from './guest.ts';
import { GuestPool } from './guest-pool.ts';
import { installation, versions } from './installation.ts';
import { apt, dnf, type PackageManager } from './package-manager.ts';
import { Phases } from './package-phases.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());

for (const [name, manager] of Object.entries({ apt, dnf }))
  describe(`the package under ${name}, in every phase of a reboot`, { skip, timeout: 900_000 }, () => {
    let cluster: ClusterAccess & AsyncDisposable;
    before(async () => {
      cluster = await sharedControlPlane();
    });
    after(() => cluster[Symbol.asyncDispose]());

    it('an upgrade and a downgrade restart the service once each, and what was going on goes on', async (t) => {
      await using nodes = await GuestPool.open(cluster);
      const { guest, phases } = await installed(manager, nodes);
      const change = (): Promise<void> => changed(manager, phases);
      await step(t, guest, 'waiting for an inhibitor', () => phases.waiting().then(change));
      await step(t, guest, 'queued, in a paused pool', () => phases.queued().then(change));
      await step(t, guest, 'draining, with a pod that stays', () => phases.draining().then(change));
      await step(t, guest, 'rebooting, with logind waiting for an inhibitor', () => phases.rebooting().then(change));
      await step(t, guest, 'verifying, with a kubelet that is not Ready', () => phases.verifying().then(change));
      await step(t, guest, 'idle, after the one reboot', () => phases.idle().then(change));
      await rebootedOnce(nodes, guest);
    });

    it('a removal gives back what no reboot was asked for yet, and says what it leaves and how to undo it', async (t) => {
      await using nodes = await GuestPool.open(cluster);
      const { guest, phases } = await installed(manager, nodes);
      await step(t, guest, 'waiting for an inhibitor', async () => {
        await phases.waiting();
        await removed(manager, phases, 'nothing is held');
        await phases.waits();
      });
      await step(t, guest, 'queued, in a paused pool', async () => {
        await phases.queued();
        await removed(manager, phases, 'nothing is held');
        await phases.hasPlace();
      });
      await step(t, guest, 'draining, with a pod that stays: it backs out', async () => {
        await phases.draining();
        const shown = await removed(manager, phases, 'nothing is held');
        assert.match(
          shown,
          /^Backing out: .*\n(?:.*\n)*The node was uncordoned\n(?:.*\n)*The service stops: nothing is held/m,
        );
        await phases.drains();
      });
      await step(
        t,
        guest,
        'rebooting, with logind waiting for an inhibitor: the machine goes down without it',
        async () => {
          await phases.rebooting();
          assert.match(await removed(manager, phases, 'as it was', { again: false }), leavesTheClaim);
          await phases.reboots();
          assert.equal((await installation(guest)).version, '');
          await manager.install(guest, (await versions()).older);
          await phases.verifies();
        },
      );
      await step(t, guest, 'verifying, with a kubelet that is not Ready', async () => {
        assert.match(await removed(manager, phases, 'as it was'), leavesTheClaim);
        await phases.verifies();
      });
      await step(t, guest, 'idle, after the one reboot', async () => {
        await phases.idle();
        await removed(manager, phases, 'nothing is held');
      });
      await rebootedOnce(nodes, guest);
    });
  });

const leavesTheClaim =
  /the claim in \S+ is left as it is .*kured-host lease release \S+ --force, on a node of the pool, then kubectl uncordon/;

/** A guest of the pool with the older version, whose kubelet is Ready only when it is told to be. */
async function installed(manager: PackageManager, nodes: GuestPool): Promise<{ guest: Guest; phases: Phases }> {
  const made = { packaged: false, booted: false, kubelet: { readyDelay: '1h' }, settings: 'logLevel: debug\n' };
  const guest = await nodes.add({ ...(await manager.options()), ...made });
  Phases.prepare(guest);
  await guest.boot();
  await manager.know(guest);
  await manager.install(guest, (await versions()).older);
  await guest.kubelet?.ready(true);
  return { guest, phases: new Phases(nodes, guest) };
}

/** To the newer version and back. */
async function changed(manager: PackageManager, phases: Phases): Promise<void> {
  const { newer, older } = await versions();
  for (const version of [newer, older]) {
    const { guest } = phases;
    const before = { held: await phases.held(), starts: (await installation(guest)).starts };
    const shown = await manager.install(guest, version);
    await phases.recovered();
    const stands = { version, enabled: 'enabled', active: 'active', starts: before.starts + 1 };
    assert.deepEqual(await installation(guest), stands, shown);
    assert.equal(await guest.show('kured-host', 'NRestarts'), '0', 'it did not end by itself');
    // Both managers hold a block inhibitor while they work: what is not draining yet leaves the queue for as long.
    if (before.held.place !== undefined) await phases.hasPlace();
    else assert.deepEqual(await phases.held(), before.held, shown);
  }
}

/** Removes it, looks at what is left of it, and installs it again. */
async function removed(
  manager: PackageManager,
  phases: Phases,
  left: 'nothing is held' | 'as it was',
  { again = true } = {},
): Promise<string> {
  const { guest } = phases;
  const before = await phases.held();
  const shown = await manager.remove(guest);
  const { version, active } = await installation(guest);
  assert.deepEqual([version, active], ['', 'inactive'], shown);
  assert.match(shown, /^kured-host: stopping the service; .*\n(?:.*\n)*The service has stopped\n/m);
  const nothing = { ...before, phase: undefined, claim: undefined, attempt: undefined, place: undefined };
  const free = { ...nothing, cordoned: false, marked: false };
  assert.deepEqual(await phases.held(), left === 'as it was' ? before : free, shown);
  if (again) await manager.install(guest, (await versions()).older);
  return shown;
}

async function rebootedOnce(nodes: GuestPool, guest: Guest): Promise<void> {
  assert.equal(guest.boots, 2);
  const history = await nodes.history();
  assert.deepEqual(breaches(history, 1, { account: nodes.pool.account }), []);
  assert.deepEqual(fences(history), { [guest.name]: 1 });
}

/** A part of a story: what comes after it makes no sense when it failed. */
async function step(t: TestContext, guest: Guest, name: string, work: () => Promise<void>): Promise<void> {
  let failure: unknown;
  await t.test(name, async (part) => {
    try {
      await work();
    } catch (error) {
      failure = error;
      part.diagnostic(await guest.journal('--identifier=kured-host', '--output=short-precise'));
      throw error;
    }
  });
  if (failure !== undefined) throw failure;
}
