import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../fakes/clock.ts';
import { clusterAs } from './connections.ts';
import { Fleet } from './fleet.ts';
import { type Machine, silentNotifier } from './machine.ts';
import { advance, UnderWay } from './under-way.ts';

/** How long, in milliseconds, a service takes to stop whose last messages go to receivers that answer so. */
async function timeToStop(flush: () => Promise<void>): Promise<number> {
  const clock = new ManualClock({ wall: Date.now() });
  await using fleet = await Fleet.open(clock);
  const underWay = new UnderWay();
  let machine: Machine | null = null;
  const adding = fleet.add('a', {
    cluster: clusterAs(fleet.server, 'a', clock, { underWay }),
    notifier: { ...silentNotifier, flush },
  });
  void adding.then((added) => {
    machine = added;
  });
  await advance(clock, underWay, () => machine?.status?.phase === 'idle');
  const from = clock.mono();
  let ended: number | null = null;
  void (await adding).stop('stop').then(() => {
    ended = clock.mono();
  });
  await advance(clock, underWay, () => ended !== null);
  return (ended ?? Number.NaN) - from;
}

test('a service that stops gives a receiver that hangs two seconds, and no longer', { timeout: 60_000 }, async () => {
  const [hangs, answers] = [await timeToStop(() => new Promise(() => {})), await timeToStop(async () => {})];
  assert.ok(hangs >= 2_000 && hangs < 4_000, `${hangs} ms`);
  assert.ok(answers < 2_000, `${answers} ms`);
});
