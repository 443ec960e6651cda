import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MaintenanceSettings } from '../../src/core/window/settings.ts';
import { WindowSource } from '../../src/daemon/window-source.ts';
import type { PermissionSource } from '../../src/ports/source.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { clusterAs } from './connections.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';

const minute = 60_000;
const hour = 60 * minute;

/** One window, from so long before now to so long after it. */
function windowAround(clock: LeapingClock, before: number, after: number): MaintenanceSettings {
  const day = 24 * hour;
  const [start, end] = [clock.now().wall - before, clock.now().wall + after].map((at) => Math.floor((at % day) / 1000));
  const days = [0, 1, 2, 3, 4, 5, 6];
  const window = {
    kind: 'days',
    days,
    start: start ?? 0,
    end: end ?? 0,
    timeZone: 'UTC',
    afterDeadline: false,
  } as const;
  return { windows: [window], exclude: [], weekdayOf: 'opening', deadline: null, randomDelay: null };
}

async function add(fleet: Fleet, settings: (clock: LeapingClock) => MaintenanceSettings) {
  const clock = new LeapingClock();
  const maintenance = settings(clock);
  const place = { zone: 'UTC', machine: 'a' };
  const source = new WindowSource({ clock, settings: () => maintenance, place: () => place, built: 0 });
  const cluster = clusterAs(fleet.server, 'a', clock);
  return { clock, machine: await fleet.add('a', { clock, cluster, permissions: [source] }) };
}

const inPhase = (machine: Machine, name: string) => machine.until(({ phase }) => phase === name, name);

describe('a node with a maintenance window', { timeout: 120_000 }, () => {
  it('backs out of its drain when the window closes: uncordoned and released, and no reboot', async () => {
    await using fleet = await Fleet.open();
    const { clock, machine } = await add(fleet, (now) => windowAround(now, hour, 5 * minute));
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
    clock.leap(5 * minute);
    const { sentence } = await inPhase(machine, 'waiting');
    assert.match(sentence, /outside the maintenance windows; the next one opens/);
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    assert.equal(machine.calls, 0);
  });

  it('waits outside of it and says for what, and goes on by itself when it opens', async () => {
    await using fleet = await Fleet.open();
    const { clock, machine } = await add(fleet, (now) => windowAround(now, -5 * minute, hour));
    machine.needReboot('need');
    const waits = await machine.until(({ reason }) => reason.code === 'window-closed', 'the window to be waited for');
    assert.equal(waits.phase, 'waiting');
    assert.equal(waits.permission.answer, 'refused');
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    clock.leap(5 * minute);
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    assert.equal(machine.calls, 1);
  });
});

describe('the age of a need', { timeout: 120_000 }, () => {
  /** Refuses, and notes since when the need waits. */
  async function aged(fleet: Fleet) {
    const clock = new LeapingClock();
    const asked: (number | null | undefined)[] = [];
    const source: PermissionSource = {
      name: 'windows',
      ask: async (_signal, since) => {
        asked.push(since);
        return { is: 'allowed' };
      },
      watch: () => {},
    };
    const machine = await fleet.add('a', {
      clock,
      cluster: clusterAs(fleet.server, 'a', clock),
      permissions: [source],
    });
    machine.permit({ is: 'refused', reasons: [] });
    const since = async (): Promise<number> => {
      await inPhase(machine, 'idle');
      asked.length = 0;
      const begun = clock.now().wall;
      machine.needReboot('need');
      await machine.until(({ permission }) => permission.answer === 'refused' && asked.length > 0, 'permission asked');
      assert.ok((asked[0] ?? 0) >= begun);
      return asked[0] ?? 0;
    };
    const asksAgain = async (): Promise<number | null | undefined> => {
      asked.length = 0;
      clock.leap(2 * minute);
      await machine.until(() => asked.length > 0, 'permission asked again');
      return asked.at(-1);
    };
    return { clock, machine, since, asksAgain };
  }

  it('counts from when it was first seen, while it grows and over a restart of the service', async () => {
    await using fleet = await Fleet.open();
    const { clock, machine, since, asksAgain } = await aged(fleet);
    const first = await since();
    clock.leap(hour);
    machine.needReboot('need+more');
    assert.equal(await asksAgain(), first);
    machine.killService();
    machine.startService();
    await inPhase(machine, 'waiting');
    assert.equal(await asksAgain(), first);
  });

  it('begins anew when the need was gone, and with another one that a start finds', async () => {
    await using fleet = await Fleet.open();
    const { clock, machine, since, asksAgain } = await aged(fleet);
    const first = await since();
    machine.needNothing();
    clock.leap(hour);
    const second = await since();
    assert.ok(second >= first + hour);
    machine.killService();
    clock.leap(hour);
    machine.needReboot('another');
    machine.startService();
    await inPhase(machine, 'waiting');
    assert.ok(Number(await asksAgain()) >= second + hour);
  });
});
