import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { acceptTexts } from '../../src/config/accept.ts';
import { showSettings } from '../../src/config/show.ts';
import { anySettings } from './settings-arbitrary.ts';

describe('shown settings', () => {
  it('tell for every value where it came from', () => {
    const accepted = acceptTexts([
      { file: '/etc/kured-host/config.yaml', text: 'drain:\n  timeout: 0s\n  gracePeriod: 90s\n' },
      { file: '/run/kured-host/config.d/x.yaml', text: 'reboot: {method: command, command: [/bin/x, "5", on]}' },
    ]);
    assert.ok(accepted.valid);
    assert.equal(
      showSettings(accepted.settings, accepted.origins),
      `mode: reboot  # default
credentials:
  kubeconfig: null  # default: the kubelet's, found by itself
  impersonate: null  # default: the pool's ServiceAccount, where the credentials are a node's
  nodeName: null  # default: as the credentials say
lease:
  namespace: kured-host  # default
  name: kured-host  # default
  priority: 0  # default
  takeOverAfter: 0s  # default
  releaseDelay: 0s  # default
concurrency: 1  # default
sentinel:
  files: [/run/reboot-required, /run/reboot-needed]  # default
  command: null  # default: no command
  commandTimeout: 30s  # default
  commandPeriod: 1m  # default
maintenance:
  windows: []  # default
  exclude: []  # default
  weekdayOf: opening  # default
  deadline: 0s  # default
  randomDelay: 0s  # default
blockers:
  packageManager: true  # default
  minimumUptime: 0s  # default
  prometheus: []  # default
  commands: []  # default
  users: null  # default: nobody is waited for
  pods: []  # default
drain:
  delay: 0s  # default
  timeout: 0s  # /etc/kured-host/config.yaml:2
  onTimeout: back-out  # default
  gracePeriod: 1m30s  # /etc/kured-host/config.yaml:3
  podSelector: null  # default: all pods
  skipWaitForDeleteTimeout: null  # default: all are waited for
node:
  labelsBeforeDrain: []  # default
  annotationsBeforeDrain: []  # default
  labelsAfterReboot: []  # default
  annotationsAfterReboot: []  # default
  excludeFromLoadBalancers: false  # default
  loadBalancerDelay: 30s  # default
  kuredAnnotations: false  # default
  preferNoScheduleTaint: null  # default: no taint
hooks:
  timeout: 10m  # default
reboot:
  method: command  # /run/kured-host/config.d/x.yaml:1
  command: [/bin/x, "5", "on"]  # /run/kured-host/config.d/x.yaml:1
  signal: 39  # default
  delay: 0s  # default
  deadline: 10m  # default
  attempts: 3  # default
  maxRebootsPerDay: 3  # default
verification:
  timeout: 15m  # default
metrics:
  listen: null  # default: no listener
  textfile: null  # default: no file
notifications:
  urlFiles: []  # default
  command: null  # default: no command
  moments: [needed, waiting, draining, drain-failed, pods-left, rebooting, back, stuck, taken-over]  # default
  templates: {}  # default
  waitingAfter: 24h  # default
  caFile: null  # default: the authorities that Node knows
logLevel: info  # default
`,
    );
  });

  it('hold nothing that a terminal would act upon', () => {
    const text = 'reboot: {method: command, command: [/bin/x, "\\e[31m\\x9b\\u202e"]}';
    const accepted = acceptTexts([{ file: 'f', text }]);
    assert.ok(accepted.valid);
    const shown = showSettings(accepted.settings, accepted.origins);
    assert.ok(shown.includes('command: [/bin/x, "\\u001b[31m\\u009b\\u202e"]'), shown);
  });

  it('read back as the same settings', () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const accepted = acceptTexts([{ file: 'f', text: showSettings(settings, new Map()) }]);
        assert.deepEqual(accepted.valid ? accepted.settings : accepted.problems, settings);
      }),
      { numRuns: 1000 },
    );
  });
});
