import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';

const accept = (...lines: readonly string[]) =>
  acceptTexts([{ file: 'f', text: ['notifications:', ...lines, ''].join('\n  ') }]);

describe('what people are told is taken', () => {
  it('of every moment, where nothing else is said', () => {
    const accepted = accept('urlFiles: [/etc/kured-host/notify]');
    assert.ok(accepted.valid);
    assert.deepEqual(accepted.settings.notifications, {
      urlFiles: ['/etc/kured-host/notify'],
      command: null,
      moments: [
        'needed',
        'waiting',
        'draining',
        'drain-failed',
        'pods-left',
        'rebooting',
        'back',
        'stuck',
        'taken-over',
      ],
      templates: {},
      waitingAfter: 86_400_000,
      caFile: null,
    });
  });

  it('with texts of one file beside those of another', () => {
    const files = ['{draining: "a %s", back: "b"}', '{back: null, stuck: "{node}"}'];
    const accepted = acceptTexts(
      files.map((map, n) => ({ file: `${n}`, text: `notifications: {templates: ${map}}\n` })),
    );
    assert.ok(accepted.valid);
    assert.deepEqual({ ...accepted.settings.notifications.templates }, { draining: 'a %s', stuck: '{node}' });
  });
});

const refused: readonly (readonly [line: string, column: number, says: string])[] = [
  ['urlFiles: /etc/kured-host/notify', 13, 'notifications.urlFiles must be a list of absolute paths'],
  ['urlFiles: ["slack://A/B/C"]', 14, 'entry 1 is "slack://A/B/C", which does not begin with /'],
  ['moments: [drained]', 13, 'entry 1 is "drained"'],
  ['moments: [back, back]', 12, 'which names a moment twice'],
  ['templates: [back]', 14, 'it is a list'],
  ['templates: {drained: x}', 24, 'drained is "x", whose key is no moment'],
  ['templates: {drained: [x]}', 24, 'drained is a list, whose key is no moment'],
  ['templates: {back: ""}', 21, 'back is "", which is empty'],
  ['templates: {back: 5}', 21, 'back is the number 5'],
  ['templates: {back: "{nod}"}', 21, 'back is "{nod}", which names the field {nod}; there are {node}, {why}'],
  ['templates: {back: "}"}', 21, 'which has a single brace'],
  ['waitingAfter: 5s', 17, 'notifications.waitingAfter must be'],
  ['caFile: ca.pem', 11, 'which does not begin with /'],
];

describe('what people are told is refused, in one sentence with its place', () => {
  for (const [line, column, says] of refused) {
    it(line, () => {
      const accepted = accept(line);
      assert.equal(accepted.valid, false);
      const [problem = '', ...more] = accepted.valid ? [] : accepted.problems.map(problemText);
      assert.deepEqual(more, []);
      assert.ok(problem.startsWith(`f:2:${column}: `), problem);
      assert.ok(problem.includes(says), problem);
    });
  }
});
