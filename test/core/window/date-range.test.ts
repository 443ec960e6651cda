import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInRange, parseDateRange } from '../../../src/core/window/date-range.ts';

function range(text: string) {
  const reading = parseDateRange(text);
  assert.ok(reading.valid, text);
  return reading.value;
}

test('a range holds its first and its last day and those between, one of every year also over new year', () => {
  const table: readonly (readonly [range: string, inside: readonly string[], outside: readonly string[]])[] = [
    ['2026-12-24', ['2026-12-24'], ['2026-12-23', '2026-12-25', '2027-12-24']],
    ['2026-12-24..2027-01-02', ['2026-12-24', '2026-12-31', '2027-01-02'], ['2026-12-23', '2027-01-03', '2026-01-01']],
    ['12-24', ['2026-12-24', '2031-12-24'], ['2026-12-23', '2026-12-25']],
    ['03-01..03-31', ['2026-03-01', '2026-03-15', '2026-03-31'], ['2026-02-28', '2026-04-01']],
    ['12-24..01-02', ['2026-12-24', '2026-12-31', '2027-01-01', '2027-01-02'], ['2026-12-23', '2027-01-03']],
    ['02-29', ['2028-02-29'], ['2026-02-28', '2026-03-01']],
    [' 12-24 .. 01-02 ', ['2026-12-24'], ['2026-12-23']],
  ];
  for (const [text, inside, outside] of table) {
    for (const date of inside) assert.ok(isInRange(date, range(text)), `${date} in ${text}`);
    for (const date of outside) assert.ok(!isInRange(date, range(text)), `${date} not in ${text}`);
  }
});

test('what is no date, or no range of two of a kind, is refused', () => {
  for (const text of [
    '',
    'x',
    '12-24x',
    'x12-24',
    '2026-12-24x',
    'x2026-12-24',
    '0026-12-24',
    '2026-02-29',
    '02-30',
    '13-01',
    '12-24..',
    '12-24..x',
    'x..12-24',
    '12-24..12-25..12-26',
    '12-24..2027-01-02',
    '2026-12-24..01-02',
  ]) {
    assert.ok(!parseDateRange(text).valid, text);
  }
  const backwards = parseDateRange('2027-01-02..2026-12-24');
  assert.match(backwards.valid ? '' : backwards.why, /whose end is before its start/);
  assert.ok(parseDateRange('2026-12-24..2026-12-24').valid);
});
