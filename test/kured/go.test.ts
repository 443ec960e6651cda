import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goBool, goDuration, goInt, goList } from '../../src/kured/go.ts';
import { splitCommand } from '../../src/kured/shlex.ts';
import { kuredDays, kuredTime } from '../../src/kured/times.ts';

describe('values as Go reads them', () => {
  const durations: readonly (readonly [string, number | null])[] = [
    ['1h30m', 5_400_000],
    ['90s', 90_000],
    ['0', 0],
    ['+5m', 300_000],
    ['-1m', -60_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1µs', 0.001],
    ['30', null],
    ['1d', null],
    ['', null],
    ['-', null],
    ['1h 30m', null],
    ['h', null],
    ['9999999h', null],
  ];
  for (const [text, ms] of durations) it(`the duration "${text}" is ${ms}`, () => assert.equal(goDuration(text), ms));

  const ints: readonly (readonly [string, number | null, number | null])[] = [
    ['5', 5, 5],
    ['-1', -1, -1],
    ['+7', 7, 7],
    ['0x10', 16, null],
    ['010', 8, 10],
    ['1_000', 1000, null],
    ['08', null, 8],
    ['', null, null],
    ['1.5', null, null],
    [' 1', null, null],
  ];
  for (const [text, flag, variable] of ints) {
    it(`the number "${text}" is ${flag} as a flag, ${variable} as a variable`, () =>
      assert.deepEqual([goInt(text, 0), goInt(text, 10)], [flag, variable]));
  }

  it('true and false have six spellings each', () => {
    assert.deepEqual(['1', 't', 'T', 'true', 'TRUE', 'True'].map(goBool), Array(6).fill(true));
    assert.deepEqual(['0', 'f', 'F', 'false', 'FALSE', 'False'].map(goBool), Array(6).fill(false));
    assert.deepEqual(['yes', '', 'tRUE', 'on'].map(goBool), Array(4).fill(null));
  });

  it('a list is one line of CSV', () => {
    assert.deepEqual(goList('a,b'), ['a', 'b']);
    assert.deepEqual(goList('"a,b",c'), ['a,b', 'c']);
    assert.deepEqual(goList('"say ""hi""",'), ['say "hi"', '']);
    assert.deepEqual(goList(''), []);
    assert.equal(goList('a"b'), null);
    assert.equal(goList('"a'), null);
  });
});

describe('a command as shlex splits it', () => {
  const commands: readonly (readonly [string, readonly string[] | null])[] = [
    ['/bin/systemctl reboot', ['/bin/systemctl', 'reboot']],
    ['sh -c "! needs-restarting --reboothint"', ['sh', '-c', '! needs-restarting --reboothint']],
    [`a 'b "c" \\d' e`, ['a', 'b "c" \\d', 'e']],
    ['a"b c"d', ['ab cd']],
    ['a "x\\"y" b\\ c', ['a', 'x"y', 'b c']],
    ['a # the rest\nb', ['a', 'b']],
    ['a#b ""', ['a#b', '']],
    ['$HOME/*', ['$HOME/*']],
    [' \t\n', []],
    ['"unterminated', null],
    ["it's", null],
    ['a\\', null],
  ];
  for (const [text, words] of commands) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(words)}`, () => assert.deepEqual(splitCommand(text), words));
  }
});

describe('times of the day and days as kured reads them', () => {
  const times: readonly (readonly [string, string])[] = [
    ['0:00', '00:00:00'],
    ['9', '09:00:00'],
    ['09', '09:00:00'],
    ['17', '17:00:00'],
    ['9am', '09:00:00'],
    ['09am', '09:00:00'],
    ['12am', '00:00:00'],
    ['12pm', '12:00:00'],
    ['00am', '00:00:00'],
    ['00pm', '12:00:00'],
    ['5pm', '17:00:00'],
    ['09:30am', '09:30:00'],
    ['05:00pm', '17:00:00'],
    ['00:01am', '00:01:00'],
    ['11:59pm', '23:59:00'],
    ['17:00:30', '17:00:30'],
    ['23:59:59.5', '23:59:59'],
  ];
  for (const [text, time] of times) {
    it(`${text} is ${time}`, () => {
      const seconds = kuredTime(text);
      assert.equal(new Date((seconds ?? -1) * 1000).toISOString().slice(11, 19), time);
    });
  }

  const none = ['9:30am', '5:00pm', '24:00', '24', '13pm', '9PM', '9 pm', '09:30PM', ' 9:00', '9:5', '23:59:60', ''];
  for (const text of [...none, 'noon', '07:00:00am', '-1', '+9']) {
    it(`"${text}" is no time`, () => assert.equal(kuredTime(text), null));
  }

  it('a number may have a sign and zeros before it', () => assert.deepEqual(kuredDays(['+3', '03', '-0']), [0, 3]));
  for (const text of ['7', '-1', 'tues', 'thur', 'thurs', ' tue', '1.0', '15', '8', '-8', 'fridayyyy']) {
    it(`"${text}" is no day`, () => assert.deepEqual(kuredDays(['mon', text]), { wrong: text }));
  }
});
