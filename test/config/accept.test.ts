import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts, defaultSettings } from '../../src/config/accept.ts';
import { problemsOf } from './problems.ts';

describe('a whole configuration', () => {
  it('is told all its problems at once, in the order of the files, also where a later file overrides', () => {
    const refused = acceptTexts([
      { file: 'a', text: 'concurrency: x\ndrian: 1\n' },
      { file: 'b', text: 'a: [' },
      { file: 'c', text: 'concurrency: 2\nlogLevel: loud\n' },
    ]);
    assert.deepEqual(
      refused.valid ? [] : refused.problems.map((problem) => `${problem.code} ${problem.file}:${problem.place?.line}`),
      ['wrong-type a:1', 'unknown-key a:2', 'syntax b:1', 'bad-value c:2'],
    );
  });

  it('is told 50 problems at most, and how many more there are', () => {
    const text = Array.from({ length: 60 }, (_, index) => `zzzzz${index}: 1\n`).join('');
    const problems = problemsOf(text);
    assert.equal(problems.length, 51);
    assert.deepEqual(problems.at(-1), {
      code: 'more-problems',
      file: 'f',
      place: null,
      message: '10 more problems are not shown',
    });
  });

  it('keeps where each value came from', () => {
    const accepted = acceptTexts([
      { file: 'a', text: 'drain:\n  timeout: 1h\n  gracePeriod: 30s\nconcurrency: 2\n' },
      { file: 'b', text: '\ndrain: {timeout: 2h}\nconcurrency: null\n' },
    ]);
    assert.ok(accepted.valid);
    assert.deepEqual(
      [...accepted.origins],
      [
        ['drain.timeout', { file: 'b', line: 2, column: 9 }],
        ['drain.gracePeriod', { file: 'a', line: 3, column: 3 }],
      ],
    );
    assert.deepEqual([accepted.settings.drain.timeout, accepted.settings.concurrency], [7_200_000, 1]);
  });

  it('has the defaults that are promised', () => {
    assert.deepEqual(defaultSettings(), {
      credentials: { kubeconfig: null, impersonate: null, nodeName: null },
      lease: { namespace: 'kured-host', name: 'kured-host', priority: 0, takeOverAfter: null, releaseDelay: null },
      mode: 'reboot',
      concurrency: 1,
      sentinel: {
        files: ['/run/reboot-required', '/run/reboot-needed'],
        command: null,
        commandTimeout: 30_000,
        commandPeriod: 60_000,
      },
      maintenance: { windows: [], exclude: [], weekdayOf: 'opening', deadline: null, randomDelay: null },
      blockers: { packageManager: true, minimumUptime: null, prometheus: [], pods: [], commands: [], users: null },
      drain: {
        delay: null,
        timeout: 1_800_000,
        onTimeout: 'back-out',
        gracePeriodSeconds: null,
        podSelector: null,
        skipWaitForDeleteTimeout: null,
      },
      node: {
        beforeDrain: { labels: {}, annotations: {} },
        afterReboot: { labels: {}, annotations: {} },
        excludeFromLoadBalancers: false,
        loadBalancerDelay: 30_000,
        kuredAnnotations: false,
        preferNoScheduleTaint: null,
      },
      hooks: { timeout: 600_000 },
      reboot: {
        method: 'logind',
        command: null,
        signal: 39,
        delay: null,
        deadline: 600_000,
        attempts: 3,
        maxRebootsPerDay: 3,
      },
      verification: { timeout: 900_000 },
      metrics: { listen: null, textfile: null },
      notifications: {
        urlFiles: [],
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
      },
      log: { level: 'info' },
    });
  });
});
