import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Figure, lines, median, table, timesFigure, toldFigure } from './figure.ts';
import { withFigures } from './page.ts';
import { parseCpu, parseMemory } from './proc.ts';

const target = { median: 50, worst: 500 };

test('a figure is met when the median and the worst are', () => {
  assert.equal(timesFigure('x', [10, 50, 400], target).met, true);
  assert.equal(timesFigure('x', [10, 51, 400], target).met, false);
  assert.equal(timesFigure('x', [10, 50, 501], target).met, false);
  assert.equal(timesFigure('x', [10, 50, 501], { median: 50 }).met, true);
  assert.throws(() => timesFigure('the hand-over', [], target), /nothing was seen of: the hand-over/);
});

test('the median of an even number lies between the two in the middle', () => {
  assert.equal(median([4, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

const figures: readonly Figure[] = [timesFigure('a', [8.26, 12], target), toldFigure('b|c', '1 MB')];

test('a line has figure, target and a word', () => {
  assert.deepEqual(lines(figures), [
    'met     a: median 10 ms, worst 12 ms (2 times) (target: median ≤ 50 ms, worst ≤ 500 ms)',
    'told    b|c: 1 MB',
  ]);
});

test('what a figure is made of stands below it, a line each', () => {
  const figure: Figure = { name: 'requests', measured: '3', met: null, parts: ['2 × get', '1 × put'] };
  assert.deepEqual(lines([figure]), ['told    requests: 3', '        2 × get', '        1 × put']);
  assert.match(table([figure]), /\| requests \| 3 \| – \| told \|\n\nWhat the requests were:\n\n- 2 × get\n- 1 × put$/);
});

test('the page gets the table between its marks, and keeps all else', () => {
  const page = 'before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n';
  const made = withFigures(page, [['CPU', 'one $&']], figures);
  assert.equal(
    made,
    `before\n<!-- figures -->\n\n- CPU: one $&\n\n${table(figures)}\n\n<!-- end of figures -->\nafter\n`,
  );
  assert.equal(withFigures(made, [['CPU', 'one $&']], figures), made);
  assert.match(made, /\| b\\\|c \| 1 MB \| – \| told \|/);
});

test('memory and processor time are read as the kernel writes them', () => {
  const text = '5581-7ffc ---p 0 00:00 0  [rollup]\nRss:  52340 kB\nPss:  50000 kB\nPrivate_Dirty:  17500 kB\n';
  assert.deepEqual(parseMemory(text), { resident: 52_340, proportional: 50_000, privateDirty: 17_500 });
  assert.throws(() => parseMemory('Rss: 1 kB\n'), /there is no Pss/);
  assert.equal(parseCpu('7 (a ) b) S 1 7 7 0 -1 4 100 0 0 0 31 12 0 0 20 0 11 0'), 430);
});
