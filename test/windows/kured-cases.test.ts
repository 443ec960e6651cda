import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { openCalendar } from '../../src/windows/calendar.ts';

/**
 * What kured's own tests say of its flags (its packages timewindow, 1.23), said of ours with `weekdayOf: current`. Times
 * are in UTC. What differs says so in its name, with the reason.
 */
interface Flags {
  readonly days: string;
  readonly start: string;
  readonly end: string;
  readonly timeZone: string;
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

const flags: readonly Flags[] = [
  {
    days: 'mon,tue,wed,thu,fri',
    start: '9am',
    end: '5pm',
    timeZone: 'America/Los_Angeles',
    open: ['2019-04-05T16:01Z', '2019-04-04T19:00Z'],
    closed: ['2019-04-04T07:49Z', '2019-04-05T15:59Z', '2019-03-31T17:00Z', '2019-04-04T11:59Z'],
  },
  {
    days: 'mon,we,fri',
    start: '10:01',
    end: '11:30am',
    timeZone: 'America/Los_Angeles',
    open: ['2019-04-05T17:30Z', '2019-04-08T17:30Z', '2019-04-10T17:30Z'],
    closed: ['2019-04-06T17:30Z', '2019-04-07T17:30Z', '2019-04-09T17:30Z', '2019-04-11T17:30Z'],
  },
  {
    days: 'mo,tu,we,th,fr',
    start: '00:00',
    end: '23:59:59',
    timeZone: 'UTC',
    open: ['2019-04-18T00:00Z', '2019-04-18T23:59Z'],
    closed: [],
  },
  {
    // kured's documentation of windows over midnight: the day of now decides.
    days: 'mon,tue,wed,thu,fri',
    start: '21:00',
    end: '5:00',
    timeZone: 'UTC',
    open: ['2019-04-05T22:00Z', '2019-04-08T03:00Z'],
    closed: ['2019-04-06T03:00Z', '2019-04-07T22:00Z'],
  },
];

function accept(window: string) {
  return acceptTexts([{ file: 'f', text: `maintenance: {weekdayOf: current, windows: [${window}]}` }]);
}

describe("kured's own cases of windows", () => {
  for (const { days, start, end, timeZone, open, closed } of flags) {
    const said = `{days: "${days}", start: "${start}", end: "${end}", timeZone: ${timeZone}}`;
    it(`hold for ${said}`, () => {
      const accepted = accept(said);
      assert.ok(accepted.valid, JSON.stringify(accepted));
      const calendar = openCalendar(accepted.settings.maintenance, { zone: 'UTC', machine: null });
      for (const [times, is] of [
        [open, true],
        [closed, false],
      ] as const) {
        for (const time of times) assert.equal(calendar?.look(Date.parse(time), false).open, is, time);
      }
    });
  }

  const dayCases: readonly (readonly [text: string, days: readonly number[]])[] = [
    ['0,4', [0, 4]],
    ['su,mo,tu', [0, 1, 2]],
    ['sunday,tu,thu', [0, 2, 4]],
    ['THURSDAY', [4]],
    ['we,WED,WeDnEsDaY', [3]],
  ];
  for (const [text, days] of dayCases) {
    it(`hold for the days ${text}`, () => {
      const accepted = accept(`{days: "${text}"}`);
      const [window] = accepted.valid ? accepted.settings.maintenance.windows : [];
      assert.deepEqual(window?.kind === 'days' && window.days, days);
    });
  }

  for (const text of ['15', '-8', '8', 'mon,tue,wed,fridayyyy'])
    it(`hold for days that are none: ${text}`, () => assert.equal(accept(`{days: "${text}"}`).valid, false));

  for (const text of ['', ',,,'])
    it(`differ for no days at all ("${text}"), which kured takes for never: it is refused, as nobody means that`, () =>
      assert.equal(accept(`{days: "${text}"}`).valid, false));
});
