import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCron } from '../../../src/core/window/cron-fields.ts';
import { isInRange, parseDateRange, writeDateRange } from '../../../src/core/window/date-range.ts';
import { parseDays } from '../../../src/core/window/days.ts';
import type { Reading } from '../../../src/core/window/reading.ts';
import { parseTimeOfDay, writeTimeOfDay } from '../../../src/core/window/time-of-day.ts';
import { parseZoneName } from '../../../src/core/window/zone-name.ts';

/** What kured's users have in their flags is taken as it stands; the same words are refused, but for the few told here. */

function valueFrom<T>(read: Reading<T>): T | string {
  return read.valid ? read.value : 'refused';
}

describe('a time of the day', () => {
  const taken: Readonly<Record<string, string>> = {
    '0:00': '00:00',
    '9': '09:00',
    '09': '09:00',
    '17': '17:00',
    '9am': '09:00',
    '09am': '09:00',
    '12am': '00:00',
    '12pm': '12:00',
    '00am': '00:00',
    '00pm': '12:00',
    '5pm': '17:00',
    '09:30am': '09:30',
    '05:00pm': '17:00',
    '00:01am': '00:01',
    '11:59pm': '23:59',
    '9:30': '09:30',
    '17:00:30': '17:00:30',
    '23:59:59.5': '23:59:59',
    '23:59:59,5': '23:59:59',
  };
  for (const [text, time] of Object.entries(taken)) {
    it(`is read by kured and by us: ${text}`, () => {
      const read = parseTimeOfDay(text);
      assert.equal(read.valid && writeTimeOfDay(read.value), time);
    });
  }
  for (const [text, time] of Object.entries({ '9:30am': '09:30', '5:00pm': '17:00', '24:00': '24:00' })) {
    it(`is read by us, and not by kured: ${text}`, () => {
      const read = parseTimeOfDay(text);
      assert.equal(read.valid && writeTimeOfDay(read.value), time);
    });
  }
  const refused = [
    '24',
    '13pm',
    '9PM',
    '9 pm',
    '09:30PM',
    ' 9:00',
    '9:5',
    '23:59:60',
    '',
    'noon',
    '07:00:00am',
    '-1',
    '+9',
    '24:01',
    '7:00:00.5pm',
  ];
  for (const text of refused)
    it(`is refused by both: "${text}"`, () => assert.equal(parseTimeOfDay(text).valid, false));

  it('is written as it is read', () => {
    for (let seconds = 0; seconds <= 86_400; seconds += 30)
      assert.equal(valueFrom(parseTimeOfDay(writeTimeOfDay(seconds))), seconds);
  });
});

describe('days of the week', () => {
  const taken: readonly (readonly [text: string, days: string])[] = [
    ['su,mo,tu,we,th,fr,sa', '0123456'],
    ['SUN,Monday,tuesday', '012'],
    ['0,6', '06'],
    ['+3', '3'],
    ['03', '3'],
    ['-0', '0'],
    ['mon,,tue', '12'],
    ['sat,sat', '6'],
  ];
  for (const [text, days] of taken) {
    it(`are read by kured and by us: ${text}`, () => {
      const read = parseDays(text.split(','));
      assert.equal(read.valid && read.value.join(''), days);
    });
  }
  for (const [text, days] of [
    ['mon-fri', '12345'],
    ['Fri-Mon', '0156'],
    [' tue', '2'],
  ] as const) {
    it(`are read by us, and not by kured: "${text}"`, () => {
      const read = parseDays(text.split(','));
      assert.equal(read.valid && read.value.join(''), days);
    });
  }
  for (const text of ['7', '-1', 'tues', 'thur', 'thurs', '1.0', 'mon-', 'mon-tue-wed', '1-5'])
    it(`are refused by both: ${text}`, () => assert.equal(parseDays([text]).valid, false));
  it('are refused when there is none: kured never reboots then, and does not say so', () => {
    assert.deepEqual([parseDays([]).valid, parseDays(['']).valid], [false, false]);
  });
});

describe('a time zone', () => {
  for (const name of [
    'UTC',
    'Local',
    'Europe/Berlin',
    'EST',
    'CET',
    'Etc/GMT+3',
    'US/Pacific',
    'Asia/Calcutta',
    'PST8PDT',
    'Zulu',
  ])
    it(`is read by kured and by us: ${name}`, () => assert.equal(valueFrom(parseZoneName(name)), name));
  it('is UTC where its name is empty', () => assert.equal(valueFrom(parseZoneName('')), 'UTC'));
  for (const name of ['PST', 'BST', 'IST', '+02:00', 'Europe/Berln', 'UTC+2', 'SystemV/AST4', 'local'])
    it(`is refused by both: ${name}`, () => assert.equal(parseZoneName(name).valid, false));
  it('is any that this machine knows', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) assert.equal(valueFrom(parseZoneName(name)), name);
  });
});

describe('dates that are excluded', () => {
  const inside: readonly (readonly [range: string, date: string, is: boolean])[] = [
    ['2026-12-24', '2026-12-24', true],
    ['2026-12-24', '2027-12-24', false],
    ['2026-12-24..2027-01-02', '2026-12-31', true],
    ['2026-12-24..2027-01-02', '2027-01-02', true],
    ['2026-12-24..2027-01-02', '2027-01-03', false],
    ['12-24', '2031-12-24', true],
    ['12-24..01-02', '2031-01-01', true],
    ['12-24..01-02', '2031-12-24', true],
    ['12-24..01-02', '2031-07-01', false],
    ['02-29', '2028-02-29', true],
  ];
  for (const [text, date, is] of inside) {
    it(`${text} ${is ? 'holds' : 'does not hold'} ${date}`, () => {
      const read = parseDateRange(text);
      assert.equal(read.valid && isInRange(date, read.value), is);
      assert.equal(read.valid && writeDateRange(read.value), text);
    });
  }
  for (const text of [
    '',
    '24.12.2026',
    '2026-02-29',
    '2026-13-01',
    '2027-01-02..2026-12-24',
    '2026-12-24..01-02',
    '02-30',
    '2026-1-1',
    'a..b..c',
  ])
    it(`are refused: "${text}"`, () => assert.equal(parseDateRange(text).valid, false));
});

describe('a cron expression', () => {
  const taken: readonly (readonly [text: string, field: keyof ReturnType<typeof fieldsOf>, values: string])[] = [
    ['30 2 * * *', 'minutes', '30'],
    ['*/15 * * * *', 'minutes', '0,15,30,45'],
    ['5/20 * * * *', 'minutes', '5,25,45'],
    ['0 22-23,1 * * *', 'hours', '1,22,23'],
    ['0 0 1-7/3 * *', 'days', '1,4,7'],
    ['0 0 1 JAN,jul-sep *', 'months', '1,7,8,9'],
    ['0 0 * * sat-7', 'weekdays', '0,6'],
    ['0 0 * * mon-fri', 'weekdays', '1,2,3,4,5'],
    [' 0  0 * *  7 ', 'weekdays', '0'],
    ['@weekly', 'weekdays', '0'],
    ['@Yearly', 'months', '1'],
    ['@hourly', 'hours', Array.from({ length: 24 }, (_, hour) => hour).join(',')],
    ['0 0 29 2 *', 'days', '29'],
  ];
  for (const [text, field, values] of taken) {
    it(`is read: ${text}`, () => assert.equal(fieldsOf(text)[field].join(','), values));
  }
  const refused: readonly (readonly [text: string, why: RegExp])[] = [
    ['', /0 fields/],
    ['0 2 * *', /4 fields/],
    ['0 0 2 * * *', /6 fields/],
    ['60 * * * *', /minute/],
    ['* 24 * * *', /hour/],
    ['* * 0 * *', /day of the month/],
    ['* * * 13 *', /month/],
    ['* * * * 8', /day of the week/],
    ['* * * * fri-mon', /day of the week/],
    ['*/0 * * * *', /minute/],
    ['0 0 L * *', /day of the month/],
    ['0 0 ? * 1', /day of the month/],
    ['0 0 * * 1#2', /day of the week/],
    ['0 0 1 * 1', /both/],
    ['0 0 */2 * 1', /both/],
    ['0 0 30 2 *', /never/],
    ['0 0 31 apr,jun *', /never/],
    ['@reboot', /nickname/],
    ['@daily x', /nickname/],
    ['@toString', /nickname/],
    ['0 0 * * 1 # x', /fields/],
  ];
  for (const [text, why] of refused) {
    it(`is refused: "${text}"`, () => {
      const read = parseCron(text);
      assert.match(read.valid ? '' : read.why, why);
    });
  }
});

function fieldsOf(text: string) {
  const read = parseCron(text);
  assert.ok(read.valid, text);
  return read.value;
}
