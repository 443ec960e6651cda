import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';

const any = { timeZone: 'UTC', afterDeadline: false };
const every = [0, 1, 2, 3, 4, 5, 6];

function accept(text: string) {
  return acceptTexts([{ file: 'f', text }]);
}

/** One window in a file of its own, as the second of two. */
function withWindow(window: string): string {
  return `maintenance:\n  deadline: 1h\n  windows:\n    - {days: sat}\n    - ${window}\n`;
}

describe('a maintenance window is taken', () => {
  const taken: readonly (readonly [text: string, value: object])[] = [
    ['{days: [Sat, sunday, 1], start: 9, end: 5pm}', { kind: 'days', days: [0, 1, 6], start: 32_400, end: 61_200 }],
    ['{days: "mo,tu,we"}', { kind: 'days', days: [1, 2, 3], start: 0, end: 86_400 }],
    ['{days: 6}', { kind: 'days', days: [6], start: 0, end: 86_400 }],
    ['{start: 22:00, end: 05:00}', { kind: 'days', days: every, start: 79_200, end: 18_000 }],
    ['{start: 22:00, end: 0:00}', { kind: 'days', days: every, start: 79_200, end: 0 }],
    ['{start: 0:00, end: 24:00}', { kind: 'days', days: every, start: 0, end: 86_400 }],
    ['{end: 5, timeZone: Local}', { kind: 'days', days: every, start: 0, end: 18_000, timeZone: 'Local' }],
    ['{end: 5, timeZone: ""}', { kind: 'days', days: every, start: 0, end: 18_000, timeZone: 'UTC' }],
    ['{end: 5, afterDeadline: true}', { kind: 'days', days: every, start: 0, end: 18_000, afterDeadline: true }],
    ['{cron: "@daily", duration: 90m}', { kind: 'cron', cron: '@daily', duration: 5_400_000 }],
    ['{cron: " 0 2 * * sat ", duration: 744h}', { kind: 'cron', cron: '0 2 * * sat', duration: 744 * 3_600_000 }],
    ['{cron: "* * * * *", duration: 3h}', { kind: 'cron', cron: '* * * * *', duration: 10_800_000 }],
  ];
  for (const [text, value] of taken) {
    it(text, () => {
      const accepted = accept(withWindow(text));
      assert.ok(accepted.valid, JSON.stringify(accepted));
      assert.deepEqual(accepted.settings.maintenance.windows[1], { ...any, ...value });
    });
  }
});

describe('a maintenance window is refused, in one sentence with its place', () => {
  const refused: readonly (readonly [text: string, column: number, says: string])[] = [
    ['nightly', 7, 'entry 2 is "nightly", which is no map'],
    ['{}', 7, 'entry 2 is a map, which has neither days, start or end, nor cron'],
    ['{timeZone: UTC}', 7, 'which has neither days, start or end, nor cron'],
    ['{days: sat, cron: "@daily", duration: 1h}', 7, 'which has both days and cron'],
    ['{cron: "@daily"}', 7, 'which has no duration'],
    ['{duration: 1h}', 7, 'which has a duration and no cron'],
    ['{dayz: sat}', 7, 'whose key "dayz" is not known; did you mean days?'],
    ['{days: sat, timezone: UTC}', 7, 'did you mean timeZone?'],
    ['{days: [mon, tues]}', 14, 'days of entry 2 is a list, which has an entry that is no day'],
    ['{days: []}', 14, 'days of entry 2 is a list, which has no day, so that it would never open'],
    ['{days: 7}', 14, 'days of entry 2 is the number 7, which has an entry that is no day'],
    ['{start: 25:00}', 15, 'start of entry 2 is "25:00", whose hour does not exist'],
    ['{start: 24:00}', 15, 'which is the end of a day; write 0:00'],
    ['{start: 22:00, end: 22:00}', 27, 'end of entry 2 is "22:00", which is the start, too'],
    ['{start: 9:5}', 15, 'which is no time of day, such as 22:00, 9pm or 09:30am'],
    ['{start: true}', 15, 'start of entry 2 is true, which is no text'],
    ['{end: 5, timeZone: PST}', 26, 'timeZone of entry 2 is "PST", which is not the name of a time zone'],
    ['{end: 5, afterDeadline: 1}', 31, 'which is neither true nor false'],
    [
      '{cron: "0 2 * *", duration: 1h}',
      14,
      'cron of entry 2 is "0 2 * *", which has 4 fields and not the five of crontab(5)',
    ],
    ['{cron: "0 0 1 * mon", duration: 1h}', 14, 'which has both a day of the month and a day of the week'],
    ['{cron: "@daily", duration: 30s}', 34, 'duration of entry 2 is "30s", which is not from 1m to 744h'],
    ['{cron: "@daily", duration: 90}', 34, 'which has no unit'],
    ['{cron: "* * * * *", duration: 4h}', 37, 'within which cron opens it more than 200 times'],
  ];
  for (const [text, column, says] of refused) {
    it(text, () => {
      const accepted = accept(withWindow(text));
      const [problem = '', ...others] = accepted.valid ? [] : accepted.problems.map(problemText);
      assert.deepEqual(others, []);
      assert.ok(problem.startsWith(`f:5:${column}: maintenance.windows must be a list of {days, `), problem);
      assert.ok(problem.includes(says), problem);
    });
  }

  it('an excluded date that does not exist', () => {
    const accepted = accept('maintenance: {windows: [{days: sat}], exclude: [2026-12-24, 2026-02-29]}');
    const [problem = ''] = accepted.valid ? [] : accepted.problems.map(problemText);
    assert.match(
      problem,
      /^f:1:61: maintenance\.exclude must be .* entry 2 is "2026-02-29", which is no date or range/,
    );
  });

  it('more of them than anybody needs', () => {
    const accepted = accept(`maintenance: {windows: [${'{days: sat}, '.repeat(33)}]}`);
    assert.match(accepted.valid ? '' : problemText(accepted.problems[0] as never), /which has more than 32 entries/);
  });
});

describe('maintenance keys together', () => {
  it('need a deadline where a window is for after it', () => {
    const accepted = accept('maintenance:\n  windows: [{days: sat, afterDeadline: true}]\n');
    assert.deepEqual(accepted.valid ? [] : accepted.problems.map(problemText), [
      'f:2:12: a window has afterDeadline: true, so maintenance.deadline must say how long that is, for example 168h',
    ]);
  });

  it('are of no use without windows, which is told', () => {
    const accepted = accept('maintenance:\n  randomDelay: 1h\n  exclude: [12-24]\n');
    assert.deepEqual(accepted.valid && accepted.warnings.map(problemText), [
      'f:3:3: maintenance.exclude is not used, because there are no maintenance.windows: a reboot may begin at any time',
      'f:2:3: maintenance.randomDelay is not used, because there are no maintenance.windows: a reboot may begin at any time',
    ]);
  });
});
