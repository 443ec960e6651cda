import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reason } from '../../src/core/reasons.ts';
import { ManualClock } from '../fakes/clock.ts';
import { clusterAs } from './connections.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';
import { advance, UnderWay } from './under-way.ts';

const hour = 3_600_000;
const timeout = 120_000;

/** What a node asks of the API server in five hours, by verb and resource, once it has settled down in a phase. */
async function askedInFiveHours(
  phase: string,
  begin: (machine: Machine) => void,
): Promise<Readonly<Record<string, number>>> {
  const clock = new ManualClock({ wall: Date.now() });
  await using fleet = await Fleet.open(clock);
  const underWay = new UnderWay();
  let added: Machine | null = null;
  const adding = fleet.add('a', { cluster: clusterAs(fleet.server, 'a', clock, { underWay }) }).then((machine) => {
    added = machine;
    return machine;
  });
  await advance(clock, underWay, () => added !== null);
  const machine = await adding;
  begin(machine);
  // The second look after a start, and the condition, are behind it after a quarter of an hour.
  await advance(clock, underWay, () => clock.mono() > hour / 4);
  assert.equal(machine.status?.phase, phase);
  const before = fleet.server.audit.length;
  const from = clock.mono();
  await advance(clock, underWay, () => clock.mono() > from + 5 * hour);
  const counts: Record<string, number> = {};
  for (const { verb, stage, objectRef, user } of fleet.server.audit.slice(before)) {
    if (user === 'admin' || (verb === 'watch' && stage !== 'ResponseStarted')) continue;
    const what = `${verb} ${objectRef?.resource}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

function onlyLooksAndWatches(counts: Readonly<Record<string, number>>): void {
  assert.deepEqual(Object.keys(counts).sort(), ['get leases', 'watch nodes']);
  const looks = counts['get leases'] ?? 0;
  const watches = counts['watch nodes'] ?? 0;
  assert.ok(looks >= 4 && looks <= 5, `${looks} looks at the Lease in five hours`);
  // A watch lives forty to sixty minutes.
  assert.ok(watches >= 5 && watches <= 8, `${watches} watches of the Node in five hours`);
}

test('an idle node watches its own Node and looks at the Lease once an hour; nothing else', { timeout }, async () => {
  onlyLooksAndWatches(await askedInFiveHours('idle', () => {}));
});

test('a node that may not reboot asks no more than an idle one, for hours', { timeout }, async () => {
  const counts = await askedInFiveHours('waiting', (machine) => {
    machine.permit({ is: 'refused', reasons: [reason('blocked', { source: 'the window', why: 'it is closed' })] });
    machine.needReboot('need');
  });
  onlyLooksAndWatches(counts);
});
