import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import type { MaintenanceSettings } from '../../src/core/window/settings.ts';
import { WindowSource } from '../../src/daemon/window-source.ts';
import { ManualClock } from '../fakes/clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const night = {
  kind: 'days',
  days: [0, 1, 2, 3, 4, 5, 6],
  start: 22 * 3600,
  end: 5 * 3600,
  timeZone: 'Europe/Berlin',
  afterDeadline: false,
} as const;
const none: MaintenanceSettings = { windows: [], exclude: [], weekdayOf: 'opening', deadline: null, randomDelay: null };
const nightly: MaintenanceSettings = { ...none, windows: [night] };

function open(t: TestContext, at: string, first = nightly, built = 0) {
  const clock = new ManualClock({ wall: Date.parse(at) });
  const stop = new AbortController();
  t.after(() => stop.abort());
  let settings = first;
  let zone = 'Etc/Unknown';
  const place = () => ({ zone, machine: 'a' });
  const source = new WindowSource({ clock, settings: () => settings, place, built });
  const hints: string[] = [];
  source.watch(() => hints.push(new Date(clock.now().wall).toISOString()), stop.signal);
  const said = async (needSince?: number): Promise<string> => {
    const answer = await source.ask(stop.signal, needSince);
    return answer.is === 'allowed' ? answer.is : `${answer.is}: ${answer.reasons.map(reasonSentence).join('; ')}`;
  };
  const change = (to: MaintenanceSettings): void => {
    settings = to;
    source.reconsider();
  };
  const moveTo = (to: string): void => {
    zone = to;
  };
  return { clock, source, hints, said, change, moveTo, stop };
}

test('without windows any time will do, whatever the clock shows', async (t) => {
  const { said } = open(t, '1970-01-01T00:00:00Z', none, Date.parse('2026-11-01T00:00:00Z'));
  assert.equal(await said(), 'allowed');
});

test('outside the windows it says which opens next, by the clock of its zone', async (t) => {
  const { said, change } = open(t, '2026-11-26T12:00:00Z');
  const next = 'refused: outside the maintenance windows; the next one opens Thu 2026-11-26 22:00 Europe/Berlin';
  assert.equal(await said(), next);
  change({ ...nightly, randomDelay: hour });
  assert.match(await said(), /opens Thu 2026-11-26 22:00 Europe\/Berlin, on this node at 22:\d\d(:\d\d)?$/);
  change({ ...nightly, exclude: [{ from: '01-01', to: '12-31' }] });
  assert.equal(await said(), 'refused: outside the maintenance windows, and none is to come');
});

test('each edge is heard of when it comes, and no timer is longer than ten minutes', async (t) => {
  const { clock, hints } = open(t, '2026-11-26T12:00:00Z');
  const end = clock.now().wall + 24 * hour;
  while (clock.now().wall < end) {
    assert.ok((clock.untilNext() ?? 0) <= 10 * minute);
    await clock.step();
  }
  assert.deepEqual(hints, ['2026-11-26T21:00:00.000Z', '2026-11-27T04:00:00.000Z']);
});

test('a clock that is set over an edge is noticed within ten minutes', async (t) => {
  const { clock, hints } = open(t, '2026-11-26T12:00:00Z');
  clock.setWall(Date.parse('2026-11-27T01:00:00Z'));
  await clock.advance(10 * minute);
  assert.deepEqual(hints, ['2026-11-27T01:10:00.000Z']);
});

test('a clock earlier than the build is unknown, and heard of when it was set', async (t) => {
  const { clock, hints, said } = open(t, '1970-01-01T23:00:00Z', nightly, Date.parse('2026-11-01T00:00:00Z'));
  assert.equal(
    await said(0),
    'unknown: cannot tell whether a maintenance window is open: the clock shows 1970-01-01T23:00:00Z, and this program was built at 2026-11-01T00:00:00Z',
  );
  clock.setWall(Date.parse('2026-11-26T23:00:00Z'));
  await clock.advance(10 * minute);
  assert.equal(hints.length, 1);
  assert.equal(await said(), 'allowed');
});

test("a window of the machine's own zone is unknown where that cannot be told", async (t) => {
  const { said } = open(t, '2026-11-26T23:00:00Z', { ...none, windows: [{ ...night, timeZone: 'Local' }] });
  assert.match(await said(), /^unknown: .*the time zone of this machine \(Local\) cannot be told$/);
});

test("a window of the machine's own zone goes by the zone that the machine has now, and the change is heard of within ten minutes", async (t) => {
  const { clock, hints, said, source, moveTo } = open(t, '2026-11-26T22:30:00Z', {
    ...none,
    windows: [{ ...night, timeZone: 'Local' }],
  });
  moveTo('UTC');
  source.reconsider();
  assert.equal(await said(), 'allowed');
  moveTo('America/New_York');
  const next = 'refused: outside the maintenance windows; the next one opens Thu 2026-11-26 22:00 America/New_York';
  assert.equal(await said(), next);
  assert.equal(hints.length, 1);
  await clock.advance(10 * minute);
  assert.equal(hints.length, 2);
});

test('other windows are heard of at once, and none any more once nobody listens', async (t) => {
  const { clock, hints, change, stop } = open(t, '2026-11-26T12:00:00Z');
  change({ ...nightly, deadline: hour });
  assert.equal(hints.length, 0, 'the same windows');
  change(none);
  assert.equal(hints.length, 1);
  stop.abort();
  change(nightly);
  assert.equal(hints.length, 1);
  assert.equal(clock.untilNext(), null);
});

test('where only the deadline opens windows it says from when, and that none is to come only where none is', async (t) => {
  const late = { ...night, afterDeadline: true };
  const { clock, said, change } = open(t, '2026-11-26T12:00:00Z', { ...none, windows: [late], deadline: 24 * hour });
  const { wall } = clock.now();
  const after = 'refused: outside the maintenance windows; the next one opens after the deadline';
  assert.equal(await said(wall), `${after}: Fri 2026-11-27 22:00 Europe/Berlin`);
  assert.equal(await said(wall - 12 * hour), `${after}: 2026-11-27T00:00:00Z`, 'the deadline passes within one');
  assert.equal(await said(), `${after}: once a need has waited for 24h`);
  change({ ...none, windows: [late], deadline: 24 * hour, exclude: [{ from: '01-01', to: '12-31' }] });
  for (const since of [wall, wall - 24 * hour, undefined])
    assert.equal(await said(since), 'refused: outside the maintenance windows, and none is to come');
});

test('where the deadline opens the windows before the next one does, it says from when, as the metric does', async (t) => {
  const monthly = {
    kind: 'cron',
    cron: '0 22 1 * *',
    duration: hour,
    timeZone: 'Europe/Berlin',
    afterDeadline: false,
  } as const;
  const { clock, source, said } = open(t, '2026-11-10T12:00:00Z', { ...none, windows: [monthly], deadline: 48 * hour });
  const { wall } = clock.now();
  const closed = 'refused: outside the maintenance windows; the next one opens';
  assert.equal(await said(wall), `${closed} after the deadline: 2026-11-12T12:00:00Z`);
  assert.deepEqual(source.now(wall), { open: false, edge: wall + 48 * hour });
  assert.equal(await said(), `${closed} Tue 2026-12-01 22:00 Europe/Berlin`);
  clock.setWall(Date.parse('2026-11-30T12:00:00Z'));
  assert.equal(await said(clock.now().wall), `${closed} Tue 2026-12-01 22:00 Europe/Berlin`, 'it opens first');
  assert.deepEqual(source.now(clock.now().wall), { open: false, edge: Date.parse('2026-12-01T21:00:00Z') });
});

test('a need that has waited as long as the deadline waits for no window any more', async (t) => {
  const { clock, said } = open(t, '2026-11-26T12:00:00Z', { ...nightly, deadline: 24 * hour });
  const { wall } = clock.now();
  assert.match(await said(wall - 24 * hour + 1), /^refused/);
  assert.equal(await said(wall - 24 * hour), 'allowed');
  assert.match(await said(), /^refused/, 'it is not known since when');
});
