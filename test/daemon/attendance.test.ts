import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attendance } from '../../src/daemon/attendance.ts';

/** What is noticed when something comes at that time; `beat` and times in seconds, from 0. */
const rows: readonly (readonly [string, { beat?: number; wakeAt?: number; comes: number }, number | null])[] = [
  ['a timer in time', { wakeAt: 60, comes: 60 }, null],
  ['a timer that a busy machine fires late', { wakeAt: 60, comes: 74 }, null],
  ['a timer an hour late', { wakeAt: 60, comes: 3660 }, 3660],
  ['news long before a timer', { wakeAt: 600, comes: 500 }, null],
  ['news long after the timer that should have come first', { wakeAt: 10, comes: 3000 }, 3000],
  ['news after a long quiet in which nothing was due', { comes: 86_400 }, null],
  ['a beat that did not come for a quarter of an hour', { beat: 30, wakeAt: 3600, comes: 900 }, 900],
  ['a beat in time', { beat: 30, comes: 30 }, null],
  ['a timer that was due already', { wakeAt: -100, comes: 1 }, null],
];

describe('that nobody watched', () => {
  for (const [name, { beat, wakeAt, comes }, wanted] of rows) {
    it(`${name}: ${wanted === null ? 'not said' : `for ${wanted} s`}`, () => {
      const attendance = new Attendance(beat === undefined ? null : beat * 1000, 0);
      attendance.waits(wakeAt === undefined ? null : wakeAt * 1000);
      assert.equal(attendance.came(comes * 1000), wanted === null ? null : wanted * 1000);
    });
  }

  it('is said once', () => {
    const attendance = new Attendance(30_000, 0);
    attendance.waits(null);
    assert.equal(attendance.came(3_600_000), 3_600_000);
    attendance.waits(null);
    assert.equal(attendance.came(3_601_000), null);
  });
});
