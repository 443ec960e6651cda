import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markAnnotation } from '../../src/core/cordon-mark.ts';
import type { Status } from '../../src/core/status.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import type { Seen } from '../fakes/server/which.ts';
import { clusterAs } from './connections.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';

const minute = 60_000;
/** The second look comes 90 s after what calls for it, and up to a minute later. */
const secondLook = 150_000;
const silence = 150_000;

describe('what takes minutes by the clock', { timeout: 180_000 }, () => {
  it('a claim of a killed process lands when its next start has found nothing: the second look finds it, and gives it back', async () => {
    await using fleet = await Fleet.open(systemClock, { timed: false });
    const { machine, clock } = await add(fleet, 'a');
    const hold = fleet.server.faults.hold({ verb: 'update', resource: 'leases' });
    machine.needReboot('need');
    const claim = await hold.next();
    machine.killService();
    machine.needNothing();
    machine.startService();
    await idle(machine);
    claim.land();
    assert.equal(await holders(fleet), 'a');
    clock.leap(secondLook);
    const givenBack = ({ phase }: Status) => phase === 'idle' && times(machine, 'backing-out') === 1;
    await soon(clock, machine, givenBack, 'the claim to be given back');
    assert.equal(await holders(fleet), '');
    assert.equal(machine.calls, 0);
  });

  it('etcd restored brings an entry back to an idle node, without a mark: the second look finds it, and no second reboot comes', async () => {
    await using fleet = await Fleet.open(systemClock, { timed: false });
    const { machine, clock } = await add(fleet, 'a');
    const marks = ({ body }: Seen) => body.includes(markAnnotation);
    const hold = fleet.server.faults.hold({ verb: 'patch', resource: 'nodes', when: marks });
    machine.needReboot('need');
    const cordon = await hold.next();
    const snapshot = fleet.server.faults.snapshot();
    cordon.land();
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    await restored(fleet, snapshot);
    assert.equal(await holders(fleet), 'a');
    await fleet.admin.report('a', machine.boots.at(-1)?.id ?? '', true);
    await machine.until(({ lastReboot }) => lastReboot === null, 'the restored Node to be seen');
    clock.leap(secondLook);
    const givenBack = ({ phase }: Status) => phase === 'idle' && times(machine, 'restoring') === 2;
    await soon(clock, machine, givenBack, 'the entry to be given back');
    assert.equal(await holders(fleet), '');
    assert.deepEqual([machine.calls, machine.boots.length], [1, 2]);
  });

  it('in a Lease that went back nothing is claimed for 15 minutes, and then it goes on by itself', async () => {
    await using fleet = await Fleet.open(systemClock, { timed: false });
    const { machine, clock } = await add(fleet, 'a');
    const snapshot = fleet.server.faults.snapshot();
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
    await restored(fleet, snapshot);
    await machine.until(({ reason }) => reason.code === 'lease-went-back', 'the older state to be told');
    clock.leap(14 * minute);
    await machine.until(({ reason }) => reason.code === 'lease-went-back', 'it to be told still');
    assert.equal(await holders(fleet), '');
    assert.equal(machine.calls, 0);
    clock.leap(2 * minute);
    await soon(clock, machine, ({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    assert.equal(machine.calls, 1);
  });

  it('a watch that is silent for 150 s is given up: the queued node reads anew, and takes its turn', async () => {
    await using fleet = await Fleet.open(systemClock, { timed: false });
    const { machine: holder } = await add(fleet, 'a');
    const { machine: deaf, clock } = await add(fleet, 'b');
    await fleet.admin.createPod('slow', 'a');
    holder.needReboot('need');
    await holder.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
    deaf.needReboot('need');
    await deaf.until(({ lease }) => lease.place === 1, 'its place');
    fleet.server.faults.silenceWatches({ user: 'system:node:b', resource: 'leases' });
    await fleet.admin.removePod('slow');
    await holder.until(({ phase }) => phase === 'idle' && holder.boots.length === 2, 'idle after the reboot');
    assert.deepEqual([deaf.status?.phase, deaf.status?.lease.holders], ['queued', ['a']]);
    clock.leap(silence);
    await soon(clock, deaf, ({ phase }) => phase === 'idle' && deaf.boots.length === 2, 'idle after its turn');
    assert.equal(fleet.mostMarked, 1);
  });
});

async function add(fleet: Fleet, name: string): Promise<{ readonly machine: Machine; readonly clock: LeapingClock }> {
  const clock = new LeapingClock();
  const machine = await fleet.add(name, { clock, cluster: clusterAs(fleet.server, name, clock) });
  await idle(machine);
  return { machine, clock };
}

/**
 * Waits for it with a clock that goes on leaping: a request that was under way at a leap is tried again after a distance, which
 * is not to be waited for by this machine's time.
 */
async function soon(
  clock: LeapingClock,
  machine: Machine,
  is: (status: Status) => boolean,
  what: string,
): Promise<void> {
  const leaping = setInterval(() => clock.leap(minute), 5_000);
  try {
    await machine.until(is, what, 40_000);
  } finally {
    clearInterval(leaping);
  }
}

const idle = (machine: Machine) => machine.until(({ phase }) => phase === 'idle', 'idle');

async function holders(fleet: Fleet): Promise<string> {
  return (await fleet.admin.lease()).spec?.holderIdentity ?? '';
}

/** As etcd is restored: under an API server that is stopped, so that every watch breaks. */
async function restored(fleet: Fleet, snapshot: ReturnType<Fleet['server']['faults']['snapshot']>): Promise<void> {
  await fleet.server.stop();
  fleet.server.faults.restore(snapshot);
  await fleet.server.start();
}

/** How often it came into a phase. */
function times({ changes }: Machine, name: string): number {
  return changes.filter(({ status }, at) => status.phase === name && changes[at - 1]?.status.phase !== name).length;
}
