import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CronWindow } from '../../src/core/window/settings.ts';
import { type Calendar, openCalendar } from '../../src/windows/calendar.ts';

const minute = 60_000;
const hour = 60 * minute;
const utc = { kind: 'cron', timeZone: 'UTC', afterDeadline: false } as const;
/** As if someone had meant the hours: each minute opens a minute, 420 without a break from 22:00 to 05:00. */
const byMinutes = { ...utc, cron: '* 22-23,0-4 * * *', duration: minute } as const;
const delays = [null, minute, 4 * hour, 12 * hour, 24 * hour];

function calendar(randomDelay: number | null, window: CronWindow = byMinutes, machine = 'a'): Calendar {
  const settings = { windows: [window], exclude: [], weekdayOf: 'opening', deadline: null, randomDelay } as const;
  const opened = openCalendar(settings, { zone: 'UTC', machine });
  assert.ok(opened !== null);
  return opened;
}

function at(text: string): number {
  return Date.parse(`2026-11-${text}Z`);
}

describe('a window that hundreds of openings make without a break', () => {
  it('is closed after the last of them, whatever the delay', () => {
    for (const delay of delays) {
      const of = calendar(delay);
      for (const time of ['28T05:00', '28T05:30', '28T12:00', '28T21:59']) {
        assert.equal(of.look(at(time), false).open, false, `${time} with a delay of ${delay}`);
      }
    }
  });

  it('is open for no machine where no opening holds, at any time and with any delay', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('27T00:00'), max: at('29T00:00') }),
        fc.constantFrom(...delays),
        fc.string(),
        (moment, delay, machine) => {
          const { open, time } = calendar(delay, byMinutes, machine).look(moment, false);
          const hours = new Date(moment).getUTCHours();
          const holds = hours >= 22 || hours < 5;
          assert.ok(holds || !open);
          if (delay === null) assert.equal(open, holds);
          assert.equal(new Date(time?.closes ?? 0).getUTCHours(), 5);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('leaves every node half of itself', () => {
    for (const machine of ['a', 'b', 'c', 'd', 'e']) {
      const [first] = calendar(12 * hour, byMinutes, machine).next(at('28T12:00'), 1);
      assert.equal(first?.starts, at('28T22:00'));
      assert.ok((first?.opens ?? 0) <= at('28T22:00') + 3.5 * hour);
      const { open, time } = calendar(12 * hour, byMinutes, machine).look(first?.opens ?? 0, false);
      assert.deepEqual([open, time?.opens], [true, first?.opens], 'and the same when it is asked then');
    }
  });

  it('is one of many nights that follow one another, and known to have closed', () => {
    for (const delay of [null, 4 * hour]) {
      const of = calendar(delay);
      const nights = of.next(at('28T12:00'), 3).map(({ starts, closes }) => [starts, closes]);
      const expected = ['28', '29', '30'].map((date) => [at(`${date}T22:00`), at(`${date}T22:00`) + 7 * hour]);
      assert.deepEqual(nights, expected);
      assert.equal(of.closedSince(at('28T12:00')), at('28T05:00'));
    }
  });

  it('has no end in sight where none comes within a day', () => {
    const of = calendar(null, { ...byMinutes, cron: '* * * * *' });
    assert.deepEqual(
      [of.look(at('28T12:00'), false)].map(({ open, time }) => [open, time?.closes]),
      [[true, null]],
    );
    assert.equal(of.closedSince(at('28T12:00')), null);
    assert.deepEqual(of.next(at('28T12:00'), 3), []);
  });
});
