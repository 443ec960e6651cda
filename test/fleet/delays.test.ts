import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason } from '../../src/core/reasons.ts';
import type { Settings } from '../../src/core/settings.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import type { Hooks } from '../../src/ports/hooks.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { clusterAs } from './connections.ts';
import { Fleet, settings } from './fleet.ts';
import type { Machine, MachineOptions } from './machine.ts';

const minute = 60_000;
const delayed: Settings = {
  ...settings,
  drain: { ...settings.drain, delay: 10 * minute },
  reboot: { ...settings.reboot, delay: 10 * minute },
  lease: { ...settings.lease, releaseDelay: 10 * minute },
};

async function add(fleet: Fleet, name = 'a', change: Partial<Settings> = {}, options: Partial<MachineOptions> = {}) {
  const clock = new LeapingClock();
  const cluster = clusterAs(fleet.server, name, clock);
  const machine = await fleet.add(name, { clock, cluster, settings: { ...delayed, ...change }, ...options });
  return { clock, machine };
}

const at = (machine: Machine, code: string) => machine.until(({ reason: is }) => is.code === code, code);
const cordoned = async (fleet: Fleet) => (await fleet.admin.node('a')).spec?.unschedulable ?? false;
const hold = (fleet: Fleet, why: string | null) =>
  fleet.admin.patch('/api/v1/nodes/a', { metadata: { annotations: { 'kured-host/hold': why } } });
const endsAt = async (fleet: Fleet, pod: string) => {
  const found = await fleet.admin.call('GET', `/api/v1/namespaces/default/pods/${pod}`);
  return (found as { metadata: { deletionTimestamp?: string } }).metadata.deletionTimestamp;
};
const holder = async (fleet: Fleet) => (await fleet.admin.lease()).spec?.holderIdentity ?? '';

describe('a node with delays around its drain', { timeout: 120_000 }, () => {
  it('goes through each in its place, and the next node has its turn after the last of them', async () => {
    await using fleet = await Fleet.open();
    const { machine, clock } = await add(fleet);
    await fleet.admin.createPod('web', 'a');
    machine.needReboot('need');
    const first = await at(machine, 'drain-delay');
    assert.match(first.sentence, /\(\d+ (min|s) left\) before the first eviction$/);
    assert.equal(await cordoned(fleet), true);
    assert.equal(await endsAt(fleet, 'web'), undefined);
    clock.leap(10 * minute);
    await machine.until(({ sentence }) => sentence.includes('default/web'), 'the pod to be evicted');
    await fleet.admin.removePod('web');
    const second = await at(machine, 'reboot-delay');
    assert.equal(second.delay !== null, true);
    assert.equal(machine.calls, 0);
    clock.leap(10 * minute);
    const third = await at(machine, 'release-delay');
    assert.match(third.sentence, /takes pods again; keeps kured-host\/kured-host until .* \(\d+ (min|s) left\)$/);
    assert.deepEqual([machine.boots.length, await cordoned(fleet), await holder(fleet)], [2, false, 'a']);
    const next = await fleet.add('b');
    next.needReboot('need');
    const waits = await next.until(({ phase }) => phase === 'queued', 'queued');
    assert.match(waits.sentence, /a, rebooted and back, releases at \d\d:\d\d UTC \(\d+ (min|s) left\)/);
    clock.leap(10 * minute);
    await next.until(({ phase }) => phase === 'idle' && next.boots.length === 2, "the next one's reboot");
  });

  for (const [delay, leaps] of [
    ['drain-delay', 0],
    ['reboot-delay', 1],
  ] as const) {
    it(`backs out of its ${delay} when permission turns, a person uncordons, holds it or asks for the Lease`, async () => {
      await using fleet = await Fleet.open();
      const turns: readonly ((machine: Machine) => unknown)[] = [
        (machine) => machine.permit({ is: 'refused', reasons: [reason('blocked', { source: 'x', why: 'y' })] }),
        () => fleet.admin.cordon('a', false),
        () => hold(fleet, 'why'),
        () => fleet.admin.annotateLease({ 'kured-host/release': 'a' }),
        (machine) => machine.needNothing(),
      ];
      const { machine, clock } = await add(fleet);
      for (const turn of turns) {
        machine.permit({ is: 'allowed' });
        await hold(fleet, null);
        machine.needReboot('need');
        machine.retry();
        await at(machine, 'drain-delay');
        for (let leap = 0; leap < leaps; leap += 1) clock.leap(10 * minute);
        await at(machine, delay);
        await turn(machine);
        await machine.until(({ phase }) => phase === 'waiting' || phase === 'idle', 'backed out');
        assert.deepEqual([await cordoned(fleet), await holder(fleet), machine.calls], [false, '', 0]);
      }
    });

    it(`that is killed in its ${delay}, or loses its power there, does no harm and comes to its end`, async () => {
      await using fleet = await Fleet.open();
      const { machine, clock } = await add(fleet);
      const reach = async () => {
        await at(machine, 'drain-delay');
        for (let leap = 0; leap < leaps; leap += 1) clock.leap(10 * minute);
        await at(machine, delay);
      };
      machine.needReboot('need');
      await reach();
      machine.killService();
      machine.startService();
      await reach();
      assert.equal(machine.calls, 0);
      await machine.reboot();
      await at(machine, 'release-delay');
      assert.deepEqual([await cordoned(fleet), machine.calls, machine.boots.length], [false, 0, 2]);
      clock.leap(10 * minute);
      await machine.until(({ phase }) => phase === 'idle', 'idle');
      assert.equal(await holder(fleet), '');
    });
  }

  it('keeps the Lease for what is left of its release delay when it is killed or loses its power in it', async () => {
    await using fleet = await Fleet.open();
    const { machine, clock } = await add(fleet, 'a', { drain: settings.drain, reboot: settings.reboot });
    machine.needReboot('need');
    await at(machine, 'release-delay');
    const entry = async () => (await fleet.admin.lease()).metadata.annotations?.['kured-host/holders'] ?? '[]';
    const [{ releaseAfter }] = JSON.parse(await entry());
    clock.leap(4 * minute);
    machine.killService();
    machine.startService();
    const first = await at(machine, 'release-delay');
    assert.ok((first.delay?.secondsLeft ?? 0) <= 360, JSON.stringify(first.delay));
    clock.leap(4 * minute);
    await machine.reboot();
    const second = await at(machine, 'release-delay');
    assert.ok((second.delay?.secondsLeft ?? 0) <= 120, JSON.stringify(second.delay));
    assert.equal(JSON.parse(await entry())[0].releaseAfter, releaseAfter);
    clock.leap(2 * minute);
    await machine.until(({ phase }) => phase === 'idle', 'idle');
    assert.deepEqual([await holder(fleet), machine.calls], ['', 1]);
    const handled = (await fleet.admin.node('a')).metadata.annotations?.['kured-host/handled'] ?? '{}';
    assert.equal(JSON.parse(handled).reboots.length, 1);
  });

  for (const late of [true, false]) {
    it(`that loses its power between the uncordon and the note of its release delay begins it then${late ? ', when the note lands late, too' : ''}`, async () => {
      await using fleet = await Fleet.open();
      const gate = Promise.withResolvers<void>();
      const hooks: Hooks = {
        run: async ({ phase }) => {
          if (phase === 'after-boot') await gate.promise;
          return { is: 'done' };
        },
        endLeft: async () => {},
      };
      const quick = { drain: settings.drain, reboot: settings.reboot };
      const { machine, clock } = await add(fleet, 'a', quick, { hooks });
      machine.needReboot('need');
      await machine.until(
        ({ phase, reason: is }) => phase === 'verifying' && is.code === 'hooks-beginning',
        'its hook',
      );
      const writes = fleet.server.faults.hold({ verb: 'update', resource: 'leases' });
      gate.resolve();
      const note = await writes.next();
      assert.deepEqual([await cordoned(fleet), await holder(fleet)], [false, 'a']);
      await machine.reboot();
      const { delay } = await at(machine, 'release-delay');
      if (late) note.land();
      else note.drop();
      assert.ok((delay?.secondsLeft ?? 0) > 590, JSON.stringify(delay));
      clock.leap(10 * minute);
      await machine.until(({ phase }) => phase === 'idle', 'idle');
      assert.deepEqual([await cordoned(fleet), await holder(fleet), machine.calls], [false, '', 1]);
    });
  }

  it('releases at once when a person asks for the Lease, or stops the service, in its release delay', async () => {
    await using fleet = await Fleet.open();
    const { machine } = await add(fleet, 'a', { drain: settings.drain, reboot: settings.reboot });
    machine.needReboot('one');
    await at(machine, 'release-delay');
    await fleet.admin.annotateLease({ 'kured-host/release': 'a' });
    await machine.until(({ phase }) => phase === 'idle', 'idle');
    assert.equal(await holder(fleet), '');
    machine.needReboot('two', ['another']);
    await at(machine, 'release-delay');
    await machine.stop('stop');
    assert.equal(await holder(fleet), '');
  });
});

describe('a drain that does not end in its time', { timeout: 120_000 }, () => {
  /** A leap that is longer would be a sleep of the machine, whose time is no part of the drain's. */
  const timeout = 14_000;
  const timeLimited = (onTimeout: 'back-out' | 'reboot', timeout: number): Partial<Settings> => ({
    drain: { ...settings.drain, timeout, onTimeout },
    reboot: settings.reboot,
    lease: settings.lease,
  });
  const drains = async (fleet: Fleet, onTimeout: 'back-out' | 'reboot', tells: string[] = [], ms = timeout) => {
    const { machine, clock } = await add(fleet, 'a', timeLimited(onTimeout, ms), {
      notifier: { tell: ({ moment, why }) => void tells.push(`${moment}: ${why}`), flush: async () => {} },
    });
    await fleet.admin.createPod('stays', 'a');
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('default/stays'), 'the pod to be waited for');
    return { machine, clock };
  };

  it('ends in a reboot where that is configured, and people are told what was left', async () => {
    await using fleet = await Fleet.open(systemClock, { podsMayStay: true });
    const tells: string[] = [];
    const { machine, clock } = await drains(fleet, 'reboot', tells);
    clock.leap(timeout);
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'the reboot');
    assert.equal(machine.calls, 1);
    assert.match(tells.find((line) => line.startsWith('pods-left')) ?? '', /with pods left: .*default\/stays/);
    assert.equal((await endsAt(fleet, 'stays')) === undefined, false, 'it was evicted and never went');
  });

  it('ends in a back-out where that is not configured', async () => {
    await using fleet = await Fleet.open();
    const { machine, clock } = await drains(fleet, 'back-out');
    clock.leap(timeout);
    const { sentence } = await machine.until(({ phase }) => phase === 'waiting', 'backed out');
    assert.match(sentence, /the drain did not end within 14 s: .*default\/stays/);
    assert.deepEqual([machine.calls, await cordoned(fleet), await holder(fleet)], [0, false, '']);
  });

  it('never ends in a reboot that is not permitted', async () => {
    await using fleet = await Fleet.open();
    const { machine, clock } = await drains(fleet, 'reboot');
    machine.permit({ is: 'refused', reasons: [reason('blocked', { source: 'x', why: 'y' })] });
    clock.leap(timeout);
    await machine.until(({ phase }) => phase === 'waiting', 'backed out');
    assert.deepEqual([machine.calls, await cordoned(fleet), await holder(fleet)], [0, false, '']);
  });

  it('is drained for its whole time again by a service that was killed in it', async () => {
    await using fleet = await Fleet.open(systemClock, { podsMayStay: true });
    const { machine, clock } = await drains(fleet, 'reboot', [], 2 * minute);
    await passes(clock, minute);
    machine.killService();
    machine.startService();
    await machine.until(({ sentence }) => sentence.includes('default/stays'), 'the pod to be waited for again');
    await passes(clock, minute);
    assert.match(machine.status?.sentence ?? '', /default\/stays/);
    assert.equal(machine.calls, 0);
    await passes(clock, minute);
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'the reboot');
  });
});

/** Time goes by, in leaps that are too short for a sleep; what each of them makes due is seen to before the next. */
async function passes(clock: LeapingClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 12_000) {
    clock.leap(Math.min(left, 12_000));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
