import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PhaseName } from '../../src/core/phases/state.ts';
import { paintFor } from './palette.ts';
import { type Change, segmentsOf, ticks, timelineText } from './timeline.ts';
import { timelineSvg } from './timeline-svg.ts';

const change = (at: number, phase: PhaseName, code = 'x', message = ''): Change => ({
  at,
  status: { phase, reason: { code, message, remedy: '' } },
});

const story = [
  change(90, 'idle'),
  change(1100, 'draining'),
  change(1200, 'draining', 'drain-blocked', 'the budget db <blocks>'),
  change(5100, 'draining'),
  change(6100, 'rebooting'),
  change(7100, 'verifying'),
  change(8100, 'idle'),
];

test('segments follow each other from the beginning to the end, and idle after a reboot is done', () => {
  const segments = segmentsOf(story, 100, 10_100);
  assert.deepEqual(
    segments.map(({ from, to, stage, held }) => [from, to, stage, held]),
    [
      [0, 1000, 'idle', null],
      [1000, 1100, 'draining', null],
      [1100, 5000, 'draining', 'budget'],
      [5000, 6000, 'draining', null],
      [6000, 7000, 'rebooting', null],
      [7000, 8000, 'verifying', null],
      [8000, 10_000, 'done', null],
    ],
  );
});

test('segments leave no gap and do not overlap, whatever the changes', () => {
  const phases: PhaseName[] = ['idle', 'waiting', 'queued', 'draining', 'rebooting', 'verifying'];
  const step = fc.tuple(fc.nat(2000), fc.constantFrom(...phases), fc.constantFrom('x', 'drain-blocked'));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), fc.nat(3000), (steps, begin) => {
      let at = 0;
      const changes = steps.map(([after, phase, code]) => {
        at += after;
        return change(at, phase, code);
      });
      const end = Math.max(at, begin) + 1;
      const segments = segmentsOf(changes, begin, end);
      assert.equal(segments.at(-1)?.to, end - begin);
      for (const [index, { from, to }] of segments.entries()) {
        assert.ok(from < to);
        if (index > 0) assert.equal(from, segments[index - 1]?.to);
      }
    }),
  );
});

test('a bar as text has a column for each equal part of the time, with an axis below', () => {
  const bars = [{ node: 'n1', segments: segmentsOf(story, 100, 10_100) }];
  const [bar, axis] = timelineText(bars, 56, paintFor(false));
  assert.equal(bar, `  n1  ${'·'.repeat(5)}▒${'╳'.repeat(19)}${'▒'.repeat(5)}█████▓▓▓▓▓${'─'.repeat(10)}`);
  assert.equal(axis, '      0    1    2    3    4    5    6    7    8    9 s');
});

test('no line of the timeline is longer than the terminal is wide', () => {
  const bars = [{ node: 'node-1', segments: segmentsOf(story, 100, 10_100) }];
  for (const width of [40, 60, 79, 120, 200])
    for (const line of timelineText(bars, width, paintFor(false))) assert.ok(line.length <= width, `${width}: ${line}`);
});

test('an axis has at most eleven marks', () => {
  for (const total of [1, 900, 10_000, 29_500, 61_000, 500_000]) assert.ok(ticks(total).length <= 11, `${total}`);
});

test('the picture has a rectangle for each segment, and its texts cannot break it', () => {
  const segments = segmentsOf(story, 100, 10_100);
  const svg = timelineSvg([{ node: 'a&b', segments }], 'one <b>');
  assert.equal(svg.match(/<g>/g)?.length, segments.length);
  assert.match(svg, /one &#60;b&#62;/);
  assert.match(svg, /a&#38;b/);
  assert.match(svg, /draining, 3\.9 s: the budget db &#60;blocks&#62;/);
});
