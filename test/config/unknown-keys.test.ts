import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts, defaultSettings } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';
import { problemsOf } from './problems.ts';

describe('an unknown key', () => {
  const table: readonly (readonly [string, string])[] = [
    ['drian: {timeout: 30m}', 'f:1:1: the key "drian" is not known; did you mean drain?'],
    ['concurency: 1', 'f:1:1: the key "concurency" is not known; did you mean concurrency?'],
    ['drain:\n  timout: 30m', 'f:2:3: the key "drain.timout" is not known; did you mean drain.timeout?'],
    ['drain: {grace-period: 30s}', 'f:1:9: the key "drain.grace-period" is not known; did you mean drain.gracePeriod?'],
    ['drainTimeout: 30m', 'f:1:1: the key "drainTimeout" is not known; did you mean drain.timeout?'],
    ['drain.timeout: 30m', 'f:1:1: the key "drain.timeout" is not known; write it as timeout under drain'],
    ['maxRebootsPerDay: 3', 'f:1:1: the key "maxRebootsPerDay" is not known; did you mean reboot.maxRebootsPerDay?'],
    ['lease: {nodeName: x}', 'f:1:9: the key "lease.nodeName" is not known; did you mean credentials.nodeName?'],
    ['metrics: {port: 1}', 'f:1:11: the key "metrics.port" is not known; the keys in metrics are listen, textfile'],
    ['? windows\n: 1', 'f:1:3: the key "windows" is not known; did you mean maintenance.windows?'],
    [
      'unknown: null',
      'f:1:1: the key "unknown" is not known; the keys outside a section are credentials, lease, sentinel, maintenance, blockers, drain, node, hooks, reboot, verification, metrics, notifications, mode, concurrency, logLevel',
    ],
    [
      '"a\\e[31m\\u202e": 1',
      'f:1:1: the key "a\\u001b[31m\\u202e" is not known; the keys outside a section are credentials, lease, sentinel, maintenance, blockers, drain, node, hooks, reboot, verification, metrics, notifications, mode, concurrency, logLevel',
    ],
  ];
  for (const [text, expected] of table) {
    it(`is refused: ${JSON.stringify(text)}`, () => {
      const problems = problemsOf(text);
      assert.deepEqual(problems.map(problemText), [expected]);
      assert.equal(problems[0]?.code, 'unknown-key');
    });
  }
});

describe('a section', () => {
  it('is a map', () => {
    assert.deepEqual(problemsOf('metrics: 127.0.0.1:9110').map(problemText), [
      'f:1:10: metrics must be a map of keys, for example "metrics: {listen: "127.0.0.1:9110"}"; it is "127.0.0.1:9110"',
    ]);
    assert.equal(problemsOf('drain:\n  - timeout: 30m')[0]?.code, 'wrong-type');
  });

  it('may be there with nothing in it', () => {
    const accepted = acceptTexts([{ file: 'f', text: 'drain:\nreboot: {}\nlease: null\n' }]);
    assert.deepEqual(accepted.valid && accepted.settings, defaultSettings());
  });
});
