import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts, defaultSettings } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';
import { keys } from '../../src/config/schema.ts';
import { valuesOf } from '../../src/config/settings.ts';

const saturday = { kind: 'days', days: [6], timeZone: 'UTC', afterDeadline: false };
const christmas = { from: '2026-12-24', to: '2026-12-24' };

const everyAlert = {
  url: 'http://p:9090',
  asks: { for: 'alerts', filter: null, matchOnly: false, firingOnly: false, matchers: [], silences: null },
  timeout: 5_000,
  login: null,
  caFile: null,
  clientCertificate: null,
};

const labels = { a: '', 'example.com/a': 'B-c_9', b: null, constructor: 'x' };
const annotations = { 'a.example/url': 'https://x/?a=b', b: null, c: 'two words ' };

/** What stands in the file for a key, and the value it has in the settings. */
const good: readonly (readonly [string, string, unknown])[] = [
  ['mode', 'observe', 'observe'],
  ['mode', 'reboot', 'reboot'],
  ['credentials.kubeconfig', '/etc/kubernetes/kubelet.conf', '/etc/kubernetes/kubelet.conf'],
  ['credentials.kubeconfig', "'/a path/with # marks'", '/a path/with # marks'],
  [
    'credentials.impersonate',
    '"system:serviceaccount:kured-host:kured-host"',
    'system:serviceaccount:kured-host:kured-host',
  ],
  ['credentials.impersonate', '""', ''],
  ['credentials.nodeName', 'worker-1.example.org', 'worker-1.example.org'],
  ['credentials.nodeName', '"12"', '12'],
  ['lease.namespace', 'reboots', 'reboots'],
  ['lease.name', 'kured-host-databases', 'kured-host-databases'],
  ['lease.name', 'pool.example', 'pool.example'],
  ['lease.priority', '-1000', -1000],
  ['lease.priority', '1000', 1000],
  ['lease.takeOverAfter', '4h', 14_400_000],
  ['lease.takeOverAfter', '0s', null],
  ['lease.releaseDelay', '0s', null],
  ['lease.releaseDelay', '168h', 604_800_000],
  ['concurrency', '1', 1],
  ['concurrency', '32', 32],
  ['sentinel.files', '[/run/a, "/run/b"]', ['/run/a', '/run/b']],
  ['sentinel.files', '[]', []],
  ['sentinel.command', '[/bin/needs, "5", "", "a b"]', ['/bin/needs', '5', '', 'a b']],
  ['sentinel.commandTimeout', '1s', 1000],
  ['sentinel.commandTimeout', '10m', 600_000],
  ['sentinel.commandPeriod', '24h', 86_400_000],
  ['maintenance.windows', '[]', []],
  ['maintenance.windows', '[{days: sat}]', [{ ...saturday, start: 0, end: 86_400 }]],
  ['maintenance.exclude', '[2026-12-24, 12-31..01-02]', [christmas, { from: '12-31', to: '01-02' }]],
  ['maintenance.weekdayOf', 'current', 'current'],
  ['maintenance.deadline', '168h', 604_800_000],
  ['maintenance.randomDelay', '30m', 1_800_000],
  ['maintenance.randomDelay', '0s', null],
  ['blockers.packageManager', 'false', false],
  ['blockers.minimumUptime', '24h', 86_400_000],
  ['blockers.prometheus', '{url: "http://p:9090/"}', [everyAlert]],
  ['blockers.prometheus', '[{url: "http://p:9090"}]', [everyAlert]],
  ['blockers.commands', '[/sbin/x]', [{ command: ['/sbin/x'], timeout: 10_000, period: 60_000 }]],
  ['blockers.users', '{wait: 15m}', { wait: 900_000, broadcast: 600_000, ignore: [] }],
  ['blockers.pods', '["app=backup"]', [{ selector: 'app=backup', namespaces: null }]],
  ['drain.delay', '0s', null],
  ['drain.delay', '1s', 1000],
  ['drain.timeout', '1h30m', 5_400_000],
  ['drain.timeout', '1.5h', 5_400_000],
  ['drain.timeout', '168h', 604_800_000],
  ['drain.timeout', '0s', null],
  ['drain.timeout', '0', null],
  ['drain.onTimeout', 'reboot', 'reboot'],
  ['drain.gracePeriod', '90s', 90],
  ['drain.gracePeriod', '1000ms', 1],
  ['drain.podSelector', 'app=web,tier!=cache', 'app=web,tier!=cache'],
  ['drain.podSelector', '"!critical, tier in (a, b)"', '!critical, tier in (a, b)'],
  ['drain.skipWaitForDeleteTimeout', '10m', 600_000],
  ['node.labelsBeforeDrain', '[a=, example.com/a=B-c_9, b-, constructor=x]', labels],
  ['node.annotationsBeforeDrain', '[a.example/url=https://x/?a=b, b-, "c=two words "]', annotations],
  ['node.labelsAfterReboot', '[]', {}],
  ['node.annotationsAfterReboot', '[a=-]', { a: '-' }],
  ['node.excludeFromLoadBalancers', 'true', true],
  ['node.loadBalancerDelay', '5m', 300_000],
  ['node.kuredAnnotations', 'true', true],
  ['node.preferNoScheduleTaint', 'example.com/reboot', 'example.com/reboot'],
  ['hooks.timeout', '30m', 1_800_000],
  ['reboot.method', 'logind', 'logind'],
  ['reboot.method', 'soft-reboot', 'soft-reboot'],
  ['reboot.command', '[/usr/bin/systemctl, kexec]', ['/usr/bin/systemctl', 'kexec']],
  ['reboot.signal', '40', 40],
  ['reboot.delay', '0', null],
  ['reboot.delay', '24h', 86_400_000],
  ['reboot.deadline', '500s', 500_000],
  ['reboot.attempts', '1', 1],
  ['reboot.maxRebootsPerDay', '1000', 1000],
  ['verification.timeout', '1h', 3_600_000],
  ['metrics.listen', '127.0.0.1:9110', '127.0.0.1:9110'],
  ['metrics.listen', '"[::1]:9110"', '[::1]:9110'],
  ['metrics.listen', 'localhost:65535', 'localhost:65535'],
  ['metrics.listen', 'unix:/run/kured-host/metrics.sock', 'unix:/run/kured-host/metrics.sock'],
  ['metrics.textfile', '/var/lib/x/kured-host.prom', '/var/lib/x/kured-host.prom'],
  ['notifications.urlFiles', '[/etc/kured-host/notify]', ['/etc/kured-host/notify']],
  ['notifications.command', '[/usr/local/sbin/tell, "--now"]', ['/usr/local/sbin/tell', '--now']],
  ['notifications.moments', '[back, stuck]', ['back', 'stuck']],
  ['notifications.templates', '{back: "%s is back"}', { back: '%s is back' }],
  ['notifications.waitingAfter', '0s', null],
  ['notifications.caFile', '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt'],
  ['logLevel', 'debug', 'debug'],
  ['logLevel', 'error', 'error'],
];

/** What stands in the file for a key, the problem's code, and a part of its sentence. */
const bad: readonly (readonly [string, string, string, string])[] = [
  ['mode', 'dry-run', 'bad-value', 'it is "dry-run"'],
  ['mode', 'true', 'wrong-type', 'must be reboot or observe'],
  ['credentials.kubeconfig', 'kubelet.conf', 'bad-value', 'it is "kubelet.conf", which does not begin with /'],
  ['credentials.kubeconfig', '""', 'bad-value', 'it is "", which is empty'],
  ['credentials.kubeconfig', '"/a\\tb"', 'bad-value', 'it is "/a\\tb", which holds a control character'],
  [
    'credentials.kubeconfig',
    '"/a\\ud800"',
    'bad-value',
    'it is "/a\\ud800", which holds a character that no file name may hold',
  ],
  ['credentials.impersonate', '[a]', 'wrong-type', 'must be the name of a user, or "" for none, for example system:'],
  ['credentials.nodeName', '12', 'wrong-type', 'it is the number 12, which needs quotes to be text'],
  ['credentials.nodeName', 'true', 'wrong-type', 'it is true, which needs quotes to be text'],
  ['credentials.nodeName', 'Worker_1', 'bad-value', 'lower-case letters, digits, hyphens and dots'],
  ['lease.namespace', 'a.b', 'bad-value', 'must be at most 63 lower-case letters'],
  ['lease.namespace', 'x'.repeat(64), 'bad-value', `it is "${'x'.repeat(60)}…", which is too long`],
  ['lease.name', 'a..b', 'bad-value', 'it is "a..b"'],
  ['lease.name', '-a', 'bad-value', 'it is "-a"'],
  ['lease.priority', '1001', 'bad-value', 'it is the number 1001, which is too high'],
  ['lease.takeOverAfter', '10m', 'bad-value', 'which is too short'],
  ['lease.takeOverAfter', '25m', 'bad-value', 'lease.releaseDelay are 25m together'],
  ['lease.releaseDelay', '1d', 'bad-value', 'whose unit "d" Kubernetes does not know'],
  [
    'concurrency',
    '0',
    'bad-value',
    'must be a whole number from 1 to 32, for example 2; it is the number 0, which is too low',
  ],
  ['concurrency', '33', 'bad-value', 'it is the number 33, which is too high'],
  ['concurrency', '1.5', 'bad-value', 'it is the number 1.5, which is not whole'],
  ['concurrency', 'two', 'wrong-type', 'it is "two"'],
  ['concurrency', '"2"', 'wrong-type', 'it is "2"'],
  ['concurrency', '.nan', 'wrong-type', 'must be a whole number'],
  ['concurrency', '.inf', 'bad-value', 'must be a whole number'],
  [
    'sentinel.files',
    '/run/reboot-required',
    'wrong-type',
    'must be a list of absolute paths, for example [/run/reboot-required]',
  ],
  ['sentinel.files', '{a: 1}', 'wrong-type', 'it is a map'],
  ['sentinel.files', `[${'/a,'.repeat(33)}]`, 'bad-value', 'it is a list, which has more than 32 entries'],
  ['sentinel.command', '/bin/x -a', 'wrong-type', 'must be a list of an absolute path and its arguments'],
  ['sentinel.command', '[]', 'bad-value', 'it is a list, which is empty'],
  ['sentinel.command', '[needs, -a]', 'bad-value', 'whose first entry is not an absolute path'],
  ['sentinel.commandTimeout', '30', 'bad-value', 'it is the number 30, which has no unit (ms, s, m or h)'],
  ['sentinel.commandTimeout', '"30"', 'bad-value', 'it is "30", which has no unit (ms, s, m or h)'],
  [
    'sentinel.commandTimeout',
    '11m',
    'bad-value',
    'must be a duration from 1s to 10m, for example 1m; it is "11m", which is too long',
  ],
  ['sentinel.commandTimeout', '0', 'bad-value', 'it is the number 0, which is too short'],
  ['sentinel.commandPeriod', '999ms', 'bad-value', 'which is too short'],
  ['maintenance.windows', 'nightly', 'wrong-type', 'must be a list of {days, start, end, timeZone} or {cron, duration'],
  ['maintenance.exclude', '2026-12-24', 'wrong-type', 'must be a list of dates and ranges'],
  ['maintenance.weekdayOf', 'next', 'bad-value', 'must be opening or current'],
  ['maintenance.deadline', '30s', 'bad-value', 'which is too short'],
  ['maintenance.randomDelay', '25h', 'bad-value', 'which is too long'],
  ['blockers.packageManager', '"yes"', 'wrong-type', 'must be true or false, for example false; it is "yes"'],
  ['blockers.minimumUptime', '30s', 'bad-value', 'which is too short'],
  ['blockers.prometheus', 'http://p:9090', 'bad-value', 'it is "http://p:9090", which is no map'],
  ['blockers.commands', 'x', 'bad-value', 'it is "x", whose first entry is not an absolute path'],
  ['blockers.users', 'true', 'bad-value', 'it is true, which is no map'],
  ['blockers.pods', '""', 'bad-value', 'it is "", which is empty'],
  ['drain.delay', '25h', 'bad-value', 'which is too long'],
  [
    'drain.timeout',
    '30',
    'bad-value',
    'must be a duration from 1s to 168h, or 0s for no limit, for example 1h; it is the number 30',
  ],
  ['drain.timeout', '-5m', 'bad-value', 'it is "-5m", which is negative'],
  ['drain.timeout', '-5', 'bad-value', 'it is the number -5, which is negative'],
  ['drain.timeout', '1ms', 'bad-value', 'which is too short'],
  ['drain.timeout', '169h', 'bad-value', 'which is too long'],
  ['drain.timeout', 'true', 'wrong-type', 'it is true'],
  ['drain.timeout', '[30m]', 'wrong-type', 'it is a list'],
  ['drain.onTimeout', 'force', 'bad-value', 'must be back-out or reboot'],
  ['drain.gracePeriod', '0s', 'bad-value', 'it is "0s", which is too short'],
  ['drain.gracePeriod', '1500ms', 'bad-value', 'which is not a whole number of seconds'],
  [
    'drain.podSelector',
    'app in (web',
    'bad-value',
    'must be a label selector, for example "app=web,tier!=cache"; it is "app in (web", which is wrong at its character',
  ],
  ['drain.podSelector', '""', 'bad-value', 'which is empty'],
  [
    'drain.skipWaitForDeleteTimeout',
    '1d',
    'bad-value',
    'whose unit "d" Kubernetes does not know; hours (h) are the longest',
  ],
  ['node.labelsBeforeDrain', '{a: b}', 'wrong-type', 'a list of KEY=VALUE'],
  ['node.labelsBeforeDrain', '[a=b, a-]', 'bad-value', 'which names a key twice'],
  ['node.annotationsBeforeDrain', 'a=b', 'wrong-type', 'a list of KEY=VALUE'],
  ['node.labelsAfterReboot', '[a=b, a-]', 'bad-value', 'which names a key twice'],
  ['node.annotationsAfterReboot', `[${'a=b,'.repeat(33)}]`, 'bad-value', 'more than 32 entries'],
  ['node.excludeFromLoadBalancers', 'yes', 'wrong-type', 'true or false'],
  ['node.loadBalancerDelay', '30', 'bad-value', 'which has no unit'],
  ['node.kuredAnnotations', '1', 'wrong-type', 'true or false'],
  ['node.preferNoScheduleTaint', 'a b', 'bad-value', 'whose key is none'],
  ['hooks.timeout', '0s', 'bad-value', 'which is too short'],
  [
    'reboot.method',
    'hard',
    'bad-value',
    'must be logind, soft-reboot, kexec, command or signal, for example logind; it is "hard"',
  ],
  ['reboot.method', '1', 'wrong-type', 'it is the number 1'],
  ['reboot.command', '["", a]', 'bad-value', 'whose first entry is not an absolute path'],
  ['reboot.signal', '65', 'bad-value', 'which is too high'],
  ['reboot.delay', '30', 'bad-value', 'which has no unit'],
  ['reboot.delay', '999ms', 'bad-value', 'which is too short'],
  ['reboot.deadline', '10', 'bad-value', 'which has no unit'],
  ['reboot.attempts', '0', 'bad-value', 'which is too low'],
  ['reboot.attempts', '101', 'bad-value', 'which is too high'],
  ['reboot.maxRebootsPerDay', '0', 'bad-value', 'which is too low'],
  ['reboot.maxRebootsPerDay', '1001', 'bad-value', 'which is too high'],
  ['verification.timeout', '25h', 'bad-value', 'which is too long'],
  ['metrics.listen', '9110', 'wrong-type', 'it is the number 9110, which needs quotes to be text'],
  ['metrics.listen', '":9110"', 'bad-value', 'which has no host (0.0.0.0 and [::] stand for all addresses)'],
  ['metrics.listen', 'localhost', 'bad-value', 'which has no port'],
  ['metrics.listen', '127.0.0.1:0', 'bad-value', 'whose port is not from 1 to 65535'],
  ['metrics.listen', '127.0.0.1:65536', 'bad-value', 'whose port is not from 1 to 65535'],
  ['metrics.listen', '127.0.0.256:9110', 'bad-value', 'whose host is neither a name nor an address'],
  ['metrics.listen', '"::1:9110"', 'bad-value', 'whose host is neither a name nor an address'],
  ['metrics.listen', '"[127.0.0.1]:9110"', 'bad-value', 'whose host is neither a name nor an address'],
  ['metrics.listen', 'unix:metrics.sock', 'bad-value', 'whose path does not begin with /'],
  ['metrics.listen', `unix:/${'x'.repeat(107)}`, 'bad-value', 'whose path is longer than 107 bytes'],
  ['metrics.textfile', '/var/lib/x/kured-host.txt', 'bad-value', 'which does not end in .prom'],
  ['metrics.textfile', '/var/lib/x/.prom', 'bad-value', 'which does not end in .prom'],
  ['metrics.textfile', 'kured-host.prom', 'bad-value', 'which does not begin with /'],
  ['metrics.textfile', 'true', 'wrong-type', 'it is true, which needs quotes to be text'],
  ['notifications.urlFiles', '/etc/kured-host/notify', 'wrong-type', 'must be a list of absolute paths'],
  ['notifications.command', '[tell]', 'bad-value', 'whose first entry is not an absolute path'],
  ['notifications.moments', '[back, back]', 'bad-value', 'which names a moment twice'],
  ['notifications.templates', '[back]', 'bad-value', 'must be a map of needed'],
  ['notifications.waitingAfter', '59s', 'bad-value', 'notifications.waitingAfter must be'],
  ['notifications.caFile', 'ca.pem', 'bad-value', 'which does not begin with /'],
  ['logLevel', 'trace', 'bad-value', 'must be error, warn, info or debug, for example debug; it is "trace"'],
];

describe('a key', () => {
  for (const [key, written, value] of good) {
    it(`${key}: ${written} is taken`, () => {
      const accepted = acceptTexts([{ file: 'f', text: fileWith(key, written) }]);
      assert.ok(accepted.valid, JSON.stringify(accepted));
      assert.deepEqual({ ...valuesOf(accepted.settings) }, { ...valuesOf(defaultSettings()), [key]: value });
      assert.deepEqual([...accepted.origins.keys()], [key]);
    });
  }

  for (const [key, written, code, part] of bad) {
    it(`${key}: ${written.slice(0, 40)} is refused where it stands`, () => {
      const [problem, ...others] = problemsOf(fileWith(key, written));
      assert.deepEqual(others, []);
      assert.equal(problem?.code, code);
      const column = key.includes('.') ? key.length - key.indexOf('.') + 4 : key.length + 3;
      assert.deepEqual(problem?.place, { file: 'f', line: key.includes('.') ? 4 : 3, column });
      assert.ok(problem?.message.startsWith(`${key} must be `), problem?.message);
      assert.ok(problem?.message.includes(part), problem?.message);
    });
  }

  it('has a good and a bad row in these tables', () => {
    for (const table of [good, bad]) assert.deepEqual([...new Set(table.map(([key]) => key))], [...keys]);
  });

  for (const key of keys) {
    it(`${key} with null has its default`, () => {
      const accepted = acceptTexts([{ file: 'f', text: fileWith(key, 'null') }]);
      assert.deepEqual(accepted.valid && accepted.settings, defaultSettings());
      assert.equal(accepted.valid && accepted.origins.size, 0);
    });
  }
});

describe('an entry of a list', () => {
  const table: readonly (readonly [string, string])[] = [
    [
      'sentinel: {files: [/a, b]}',
      'f:1:24: sentinel.files must be a list of absolute paths, for example [/run/reboot-required]; entry 2 is "b", which does not begin with /',
    ],
    [
      'sentinel:\n  files:\n    - /a\n    - 5',
      'f:4:7: sentinel.files must be a list of absolute paths, for example [/run/reboot-required]; entry 2 is the number 5, which needs quotes to be text',
    ],
    [
      'sentinel:\n  files:\n    - /a\n    -',
      'f:4:5: sentinel.files must be a list of absolute paths, for example [/run/reboot-required]; entry 2 is empty',
    ],
    [
      'reboot: {command: [/sbin/shutdown, -r, +5]}',
      'f:1:40: reboot.command must be a list of an absolute path and its arguments, for example [/usr/bin/systemctl, kexec]; entry 3 is the number 5, which needs quotes to be text',
    ],
    [
      'reboot: {command: [/bin/x, "a\\0"]}',
      'f:1:28: reboot.command must be a list of an absolute path and its arguments, for example [/usr/bin/systemctl, kexec]; entry 2 is "a\\u0000", which holds a character that no file name may hold',
    ],
  ];
  for (const [text, expected] of table) {
    it(`is refused where it stands: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(problemsOf(text).map(problemText), [expected]));
  }
});

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

describe('keys together', () => {
  it('method command needs a command', () => {
    assert.deepEqual(
      problemsOf('reboot:\n  method: command').map((problem) => `${problem.code} ${problemText(problem)}`),
      [
        'missing f:2:11: reboot.method is command, so reboot.command must say which, for example [/usr/bin/systemctl, kexec]',
      ],
    );
    assert.deepEqual(problemsOf('reboot: {method: command, command: [/bin/reboot]}'), []);
  });

  for (const [text, why] of [
    [
      '{command: [/usr/bin/systemctl, soft-reboot]}',
      /reboot.command asks for a soft reboot, .* never be proven; .* soft-reboot/,
    ],
    ['{signal: 41}', /reboot.signal 41 is a soft reboot, which keeps the boot ID, .* reboot.method soft-reboot asks/],
    ['{signal: 38}', /reboot.signal 38 switches the machine off/],
  ] as const)
    it(`a soft reboot that nobody could prove, and one without a return, are refused: ${text}`, () => {
      assert.match(problemsOf(`reboot: ${text}`).map(problemText).join('\n'), why);
    });

  it('the command may stand in another file', () => {
    const method = { file: 'a', text: 'reboot: {method: command}' };
    const command = { file: 'b', text: 'reboot: {command: [/bin/reboot]}' };
    assert.equal(acceptTexts([method, command]).valid, true);
    assert.equal(acceptTexts([command, method]).valid, true);
    assert.equal(acceptTexts([command, method, { file: 'c', text: 'reboot: {command: null}' }]).valid, false);
  });

  const warned: readonly (readonly [string, readonly string[]])[] = [
    [
      'reboot: {command: [/bin/reboot]}',
      [
        'unused-key f:1:10: reboot.command is not used, because reboot.method is logind; set reboot.method to command to use it',
      ],
    ],
    ['reboot: {method: signal, signal: 40}', []],
    [
      'reboot: {method: kexec, signal: 40}',
      [
        'unused-key f:1:25: reboot.signal is not used, because reboot.method is kexec; set reboot.method to signal to use it',
      ],
    ],
    [
      'sentinel: {files: []}',
      [
        'no-sentinel f:1:12: sentinel.files is empty and there is no sentinel.command, so nothing on this machine can ask for a reboot',
      ],
    ],
    ['sentinel: {files: [], command: [/bin/needs]}', []],
    ['reboot: {method: command, command: [/bin/reboot]}', []],
  ];
  for (const [text, expected] of warned) {
    it(`${expected.length === 0 ? 'are fine' : 'are taken with a warning'}: ${text}`, () => {
      const accepted = acceptTexts([{ file: 'f', text }]);
      assert.ok(accepted.valid);
      assert.deepEqual(
        accepted.warnings.map((warning) => `${warning.code} ${problemText(warning)}`),
        expected,
      );
    });
  }
});

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

/** The key in block style, after a comment and, in a section, its heading; the value stands behind the key's name. */
function fileWith(key: string, written: string): string {
  const [section, name] = key.split('.');
  return name === undefined ? `# c\n\n${key}: ${written}\n` : `# c\n\n${section}:\n  ${name}: ${written}\n`;
}

function problemsOf(text: string) {
  const accepted = acceptTexts([{ file: 'f', text }]);
  return accepted.valid ? [] : accepted.problems;
}
