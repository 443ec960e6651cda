import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paintFor } from './palette.ts';
import { clip, type Row, Screen, tableLines } from './table.ts';

const rows: readonly Row[] = [
  { node: 'node-1', stage: 'done', since: 12_900, pods: ['running', 'starting'], reason: 'no reboot is needed' },
  { node: 'node-2', stage: 'draining', since: 400, pods: ['ending'], reason: 'waiting for 1 of 2 pods left: db-1' },
];

test('the table shows node, phase, seconds, pods and reason', () => {
  assert.deepEqual(tableLines(rows, 80, paintFor(false)), [
    '  NODE    PHASE         SINCE  PODS     REASON',
    '  node-1  ✓ done         12 s  ●◌       no reboot is needed',
    '  node-2  ● draining      0 s  ○        waiting for 1 of 2 pods left: db-1',
  ]);
});

test('no line is longer than the terminal is wide, with as many pods as there are', () => {
  const many = rows.map((row) => ({ ...row, pods: Array.from({ length: 30 }, () => 'running' as const) }));
  for (const width of [50, 60, 79, 80, 200])
    for (const line of tableLines(many, width, paintFor(false))) assert.ok(line.length <= width, `${width}: ${line}`);
});

test('a clipped text ends in an ellipsis and fits', () => {
  assert.equal(clip('abcdef', 6), 'abcdef');
  assert.equal(clip('abcdef', 5), 'abcd…');
  assert.equal(clip('abcdef', 0), '');
});

test('the screen draws over what it drew, and gives the cursor back', () => {
  let written = '';
  const screen = new Screen((text) => {
    written += text;
  });
  screen.draw(['a', 'b']);
  screen.draw(['c']);
  screen[Symbol.dispose]();
  assert.equal(written, '\x1b[?25l\ra\x1b[K\nb\x1b[K\n\x1b[J\x1b[2A\rc\x1b[K\n\x1b[J\x1b[?25h');
});
