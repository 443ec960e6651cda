import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf } from './service-log.ts';
import type { DemoNode } from './stage.ts';
import { plainView } from './view.ts';

const line = (second: number, event: string, rest: object): string =>
  `${JSON.stringify({ level: 'info', time: new Date(second * 1000).toISOString(), event, ...rest })}\n`;

const boots = [
  line(1, 'service-starting', {}) +
    line(1, 'phase-changed', { phase: 'idle', reason: 'no-need', sentence: 'no reboot is needed' }) +
    line(3, 'claimed', { phase: 'waiting' }) +
    line(3, 'phase-changed', { phase: 'draining', reason: 'asking-permission', sentence: 'asks' }) +
    line(3, 'reason-changed', { phase: 'draining', reason: 'draining', sentence: 'draining: 1 of 2' }) +
    line(4, 'phase-changed', { phase: 'rebooting', reason: 'reboot-asked', sentence: 'asked' }) +
    line(4, 'phase-changed', { phase: 'stopped', reason: 'stopping', sentence: 'stops' }),
  `${line(6, 'service-starting', {})}{"level":"info","ti`,
];

test('a log is told as changes, over boots, without an end that is still being written', () => {
  assert.deepEqual(
    changesOf(boots, 2000).map(({ at, status }) => [at, status.phase, status.reason.message]),
    [
      [2000, 'recovering', 'the service starts'],
      [2000, 'idle', 'no reboot is needed'],
      [3000, 'draining', 'asks'],
      [3000, 'draining', 'draining: 1 of 2'],
      [4000, 'rebooting', 'asked'],
      [6000, 'recovering', 'the service starts'],
    ],
  );
});

test('plain lines tell each phase once, with the last reason there was of it, and no control sequence', () => {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const terminal = { write, columns: () => 80, colours: true };
  const changes = changesOf(boots, 2000);
  const node: DemoNode = { name: 'node-1', changes, reason: '', boots: 2, dropSentinel: () => {} };
  const view = plainView(terminal, 2000);
  view.show([node], { on: () => [] }, 9000);
  view.show([node], { on: () => [] }, 9000);
  view[Symbol.dispose]();
  assert.equal(
    written,
    [
      '  0.0 s  node-1  recovering  the service starts',
      '  0.0 s  node-1  idle        no reboot is needed',
      '  1.0 s  node-1  draining    draining: 1 of 2',
      '  2.0 s  node-1  rebooting   asked',
      '  4.0 s  node-1  recovering  the service starts',
      '',
    ].join('\n'),
  );
});
