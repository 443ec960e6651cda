import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDateRange } from '../../src/core/window/date-range.ts';
import type { MaintenanceSettings, WindowSettings } from '../../src/core/window/settings.ts';
import { type Calendar, openCalendar } from '../../src/windows/calendar.ts';

const hour = 3_600_000;
const every = [0, 1, 2, 3, 4, 5, 6];
const utc = { timeZone: 'UTC', afterDeadline: false } as const;
const night = { kind: 'days', days: every, start: 22 * 3600, end: 5 * 3600, ...utc } as const;

function calendar(
  windows: readonly WindowSettings[],
  more: Partial<MaintenanceSettings> = {},
  machine = 'a',
): Calendar {
  const settings = { windows, exclude: [], weekdayOf: 'opening', deadline: null, randomDelay: null, ...more } as const;
  const opened = openCalendar(settings, { zone: 'UTC', machine });
  assert.ok(opened !== null);
  return opened;
}

function excluded(...texts: readonly string[]): MaintenanceSettings['exclude'] {
  return texts.map((text) => {
    const read = parseDateRange(text);
    assert.ok(read.valid, text);
    return read.value;
  });
}

/** `open until …` or `opens …`, in UTC. */
function said(of: Calendar, at: string, late = false): string {
  const { open, time } = of.look(Date.parse(at), late);
  if (time === null) return open ? 'open' : 'never';
  if (open) return time.closes === null ? 'open' : `open until ${text(time.closes)}`;
  return `opens ${text(time.opens)}`;
}

function text(moment: number): string {
  return new Date(moment).toISOString().replace(/:00\.000Z$/, 'Z');
}

describe('windows', () => {
  it('permit always where there are none', () => assert.equal(said(calendar([]), '2026-11-26T12:00Z'), 'open'));

  it('are open from their start up to, and without, their end, over midnight too', () => {
    const of = calendar([night]);
    assert.equal(said(of, '2026-11-26T21:59:59.999Z'), 'opens 2026-11-26T22:00Z');
    assert.equal(said(of, '2026-11-26T22:00Z'), 'open until 2026-11-27T05:00Z');
    assert.equal(said(of, '2026-11-27T04:59:59.999Z'), 'open until 2026-11-27T05:00Z');
    assert.equal(said(of, '2026-11-27T05:00Z'), 'opens 2026-11-27T22:00Z');
  });

  it('are known to have closed when they did: looked for ten minutes by ten minutes', () => {
    const friday = { kind: 'cron', cron: '30 1 * * fri', duration: 2 * hour, ...utc } as const;
    const of = calendar([{ ...night, days: [2] }, friday], { exclude: excluded('2026-11-28') });
    let last: number | null = null;
    let open = false;
    for (let at = Date.parse('2026-11-23T00:00Z'); at < Date.parse('2026-12-05T00:00Z'); at += 600_000) {
      const now = of.look(at, false).open;
      if (open && !now) last = at;
      open = now;
      if (!now && last !== null && at % hour === 0) assert.equal(of.closedSince(at), last, text(at));
    }
    assert.notEqual(last, null);
    const late = calendar([night], { randomDelay: 3 * hour });
    assert.equal(said(late, '2026-11-26T22:00Z').startsWith('opens 2026-11-2'), true, 'its delay is not over');
    assert.equal(late.closedSince(Date.parse('2026-11-26T22:00Z')), Date.parse('2026-11-26T05:00Z'));
    const leap = calendar([{ kind: 'cron', cron: '0 0 29 2 *', duration: hour, ...utc }]);
    assert.equal(leap.closedSince(Date.parse('2026-11-23T00:00Z')), null, 'none within a year');
    const yearly = calendar([{ kind: 'cron', cron: '0 0 1 1 *', duration: hour, ...utc }]);
    assert.equal(yearly.closedSince(Date.parse('2026-11-23T00:00Z')), Date.parse('2026-01-01T01:00Z'));
  });

  it('belong to the day they opened on', () => {
    const of = calendar([{ ...night, days: [1, 2, 3, 4, 5] }]);
    assert.equal(said(of, '2026-11-28T03:00Z'), 'open until 2026-11-28T05:00Z', 'Friday night');
    assert.equal(said(of, '2026-11-30T03:00Z'), 'opens 2026-11-30T22:00Z', 'the night before Monday');
  });

  it('belong to the day it is now where that is asked for, as with kured', () => {
    const of = calendar([{ ...night, days: [1, 2, 3, 4, 5] }], { weekdayOf: 'current' });
    assert.equal(said(of, '2026-11-27T22:00Z'), 'open until 2026-11-28T00:00Z', 'Friday evening');
    assert.equal(said(of, '2026-11-28T03:00Z'), 'opens 2026-11-30T00:00Z', 'Saturday morning');
    assert.equal(said(of, '2026-11-30T03:00Z'), 'open until 2026-11-30T05:00Z', 'Monday morning');
    assert.equal(said(of, '2026-11-30T23:00Z'), 'open until 2026-12-01T05:00Z', 'Monday night, in one');
  });

  it('that touch or overlap are one', () => {
    const cron = { kind: 'cron', cron: '0 4 * * *', duration: 2 * hour, ...utc } as const;
    const evening = { ...night, start: 20 * 3600, end: 22 * 3600 };
    assert.equal(said(calendar([cron, night, evening]), '2026-11-26T21:00Z'), 'open until 2026-11-27T06:00Z');
  });

  it('that follow one another without end have no end in sight', () => {
    const of = calendar([{ kind: 'cron', cron: '@hourly', duration: hour, ...utc }], { randomDelay: 600_000 });
    assert.equal(said(of, '2026-11-26T21:00Z'), 'open');
  });

  it('stand in their own time zones', () => {
    const of = calendar([
      { ...night, timeZone: 'Asia/Tokyo' },
      { ...night, timeZone: 'America/New_York' },
    ]);
    assert.equal(said(of, '2026-11-26T12:00Z'), 'opens 2026-11-26T13:00Z');
    assert.equal(said(of, '2026-11-26T20:00Z'), 'opens 2026-11-27T03:00Z');
  });

  it('of the machine take its own time zone', () => {
    const settings = {
      windows: [{ ...night, timeZone: 'Local' }],
      exclude: [],
      weekdayOf: 'opening',
      deadline: null,
      randomDelay: null,
    } as const;
    const of = openCalendar(settings, { zone: 'Asia/Tokyo', machine: null });
    assert.equal(of?.next(Date.parse('2026-11-26T00:00Z'), 1)[0]?.opens, Date.parse('2026-11-26T13:00Z'));
    assert.equal(openCalendar(settings, { zone: 'Etc/Unknown', machine: null }), null);
  });

  it('are found at once 50 years ahead, in leap years and past years of exclusions', () => {
    const leap = calendar([{ kind: 'cron', cron: '0 3 29 2 *', duration: hour, ...utc }], {
      exclude: excluded('2028-01-01..2071-12-31'),
    });
    assert.equal(said(leap, '2026-11-26T00:00Z'), 'opens 2072-02-29T03:00Z');
    assert.equal(said(calendar([night]), '2076-02-29T23:00Z'), 'open until 2076-03-01T05:00Z');
  });

  it('never open where every day is excluded', () => {
    for (const window of [night, { kind: 'cron', cron: '@daily', duration: hour, ...utc } as const]) {
      const of = calendar([window], { exclude: excluded('01-01..12-31') });
      assert.equal(said(of, '2026-11-26T00:00Z'), 'never');
      assert.deepEqual(of.next(Date.parse('2026-11-26T00:00Z'), 3), []);
    }
  });

  it('never open where their own days are excluded in every year', () => {
    const leap = { kind: 'cron', cron: '0 3 29 2 *', duration: hour, ...utc } as const;
    const of = calendar([leap], { exclude: excluded('01-01..12-30') });
    assert.equal(said(of, '2026-11-26T00:00Z'), 'never');
    const beside = calendar([leap, night], { exclude: excluded('02-29') });
    assert.equal(said(beside, '2028-02-29T03:00Z'), 'opens 2028-03-01T22:00Z');
  });
});

describe('excluded dates', () => {
  it('let nothing open, and close what runs into them', () => {
    const of = calendar([night], { exclude: excluded('2026-12-24..2026-12-26', '01-01') });
    assert.equal(said(of, '2026-12-23T23:00Z'), 'open until 2026-12-24T00:00Z');
    assert.equal(said(of, '2026-12-24T00:00Z'), 'opens 2026-12-27T22:00Z');
    assert.equal(said(of, '2026-12-31T23:00Z'), 'open until 2027-01-01T00:00Z');
    assert.equal(said(of, '2027-01-01T23:00Z'), 'opens 2027-01-02T22:00Z');
  });

  it('are those of the wall clock of the window', () => {
    const of = calendar([{ ...night, timeZone: 'Asia/Tokyo' }], { exclude: excluded('2026-12-24') });
    assert.equal(said(of, '2026-12-23T13:00Z'), 'open until 2026-12-23T15:00Z');
  });
});

describe('past the deadline', () => {
  it('any time will do, but for excluded dates in any of the zones', () => {
    const of = calendar([night, { ...night, timeZone: 'Asia/Tokyo' }], {
      deadline: hour,
      exclude: excluded('2026-12-24'),
    });
    assert.equal(said(of, '2026-11-26T12:00Z', true), 'open');
    assert.equal(said(of, '2026-12-23T15:00Z', true), 'opens 2026-12-25T00:00Z');
    assert.equal(said(of, '2026-12-25T00:00Z', true), 'open');
  });

  it('windows that are for then count besides the others, and nothing else', () => {
    const noon = { ...night, start: 12 * 3600, end: 13 * 3600, afterDeadline: true };
    const of = calendar([night, noon], { deadline: hour, randomDelay: hour });
    assert.equal(said(of, '2026-11-26T05:00Z').slice(0, 19), 'opens 2026-11-26T22');
    assert.equal(said(of, '2026-11-26T05:00Z', true), 'opens 2026-11-26T12:00Z');
    assert.equal(said(of, '2026-11-26T12:30Z', true), 'open until 2026-11-26T13:00Z');
    assert.equal(said(of, '2026-11-26T22:00Z', true), 'open until 2026-11-27T05:00Z');
  });
});

describe('the random delay', () => {
  const opens = (machine: string, delay: number, window: WindowSettings = night): number =>
    (calendar([window], { randomDelay: delay }, machine).next(Date.parse('2026-11-26T12:00Z'), 1)[0]?.opens ?? 0) -
    Date.parse('2026-11-26T22:00Z');

  it('is inside the window, different on every node and each time, and the same after a restart', () => {
    const delays = Array.from({ length: 200 }, (_, node) => opens(`node-${node}`, hour));
    for (const delay of delays) assert.ok(delay >= 0 && delay < hour);
    assert.ok(new Set(delays).size > 150, 'different on every node');
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    assert.ok(mean > 0.4 * hour && mean < 0.6 * hour, `spread over the hour, not ${mean}`);
    assert.equal(opens('node-1', hour), delays[1]);
    const nights = calendar([night], { randomDelay: hour })
      .next(0, 50)
      .map(({ opens: late, starts }) => late - starts);
    assert.ok(new Set(nights).size > 40, 'different each night');
  });

  it('leaves every node half of the window', () => {
    const short = { ...night, end: 22 * 3600 + 600 };
    for (let node = 0; node < 200; node += 1) assert.ok(opens(`node-${node}`, 12 * hour, short) < 300_000);
  });

  it('says the same whenever it is asked', () => {
    const of = calendar([night], { randomDelay: hour });
    const [first] = of.next(Date.parse('2026-11-26T12:00Z'), 1);
    assert.ok(first !== undefined && first.opens > first.starts);
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse('2026-11-26T05:00Z'), max: Date.parse('2026-11-27T05:00Z') - 1 }),
        (at) => {
          const { open, time } = of.look(at, false);
          assert.deepEqual([open, time?.closes], [at >= first.opens, first.closes]);
        },
      ),
    );
    assert.equal(said(of, '2026-11-27T05:00Z').slice(0, 16), 'opens 2026-11-27');
  });
});

describe('the next times', () => {
  it('follow one another, and begin after the moment asked for', () => {
    const found = calendar([night]).next(Date.parse('2026-11-26T22:00Z'), 3);
    assert.deepEqual(
      found.map(({ opens, closes }) => [text(opens), text(closes ?? 0)].join(' ')),
      [
        '2026-11-27T22:00Z 2026-11-28T05:00Z',
        '2026-11-28T22:00Z 2026-11-29T05:00Z',
        '2026-11-29T22:00Z 2026-11-30T05:00Z',
      ],
    );
  });
});
