import fc from 'fast-check';
import type { Matcher } from '../../src/core/alerts/matcher.ts';
import type { AlertsAsked, LoginSettings, PrometheusSettings, QueryAsked } from '../../src/core/alerts/settings.ts';
import type { Changes } from '../../src/core/node-changes.ts';
import { noticeMoments, type Templates } from '../../src/core/notice.ts';
import type { Settings } from '../../src/core/settings.ts';
import type { CronWindow, DaysWindow } from '../../src/core/window/settings.ts';

/** Settings that a configuration can give, of every shape. */
export function anySettings(): fc.Arbitrary<Settings> {
  return record({
    mode: fc.constantFrom('reboot', 'observe'),
    credentials: record({ kubeconfig: optional(path), impersonate: optional(line), nodeName: optional(name) }),
    lease: record({
      namespace: name,
      name,
      priority: fc.integer({ min: -1000, max: 1000 }),
      takeOverAfter: optional(fc.constant(2_592_000_000)),
      releaseDelay: optional(upToADay),
    }),
    concurrency: fc.integer({ min: 1, max: 32 }),
    sentinel: record({
      files: fc.array(path, { maxLength: 4 }),
      command: optional(command),
      commandTimeout: fc.integer({ min: 1000, max: 600_000 }),
      commandPeriod: upToADay,
    }),
    maintenance: record({
      windows: fc.array(fc.oneof(daysWindow(), cronWindow()), { maxLength: 4 }),
      exclude: fc.array(
        fc.constantFrom(
          { from: '2026-12-24', to: '2027-01-02' },
          { from: '2028-02-29', to: '2028-02-29' },
          { from: '12-24', to: '01-02' },
        ),
        { maxLength: 3 },
      ),
      weekdayOf: fc.constantFrom('opening' as const, 'current' as const),
      // A window for after the deadline needs one.
      deadline: fc.integer({ min: 60_000, max: 86_400_000 }),
      randomDelay: optional(upToADay),
    }),
    blockers: record({
      packageManager: fc.boolean(),
      minimumUptime: optional(fc.integer({ min: 60_000, max: 86_400_000 })),
      prometheus: fc.array(prometheus(), { maxLength: 3 }),
      commands: fc.uniqueArray(
        record({
          command,
          timeout: fc.integer({ min: 1000, max: 60_000 }),
          period: fc.integer({ min: 5000, max: 86_400_000 }),
        }),
        { maxLength: 3, selector: (blocker) => JSON.stringify(blocker.command) },
      ),
      users: optional(
        record({
          wait: optional(fc.integer({ min: 60_000, max: 86_400_000 })),
          broadcast: optional(fc.integer({ min: 60_000, max: 86_400_000 })),
          ignore: fc.uniqueArray(fc.constantFrom('backup', 'jane.doe'), { maxLength: 2 }),
        }),
      ),
      pods: fc.array(
        record({
          selector: fc.constantFrom('app=backup', '!critical,tier in (a, b)', 'a!=b'),
          namespaces: optional(fc.uniqueArray(fc.constantFrom('db', 'kube-system'), { minLength: 1 })),
        }),
        { maxLength: 3 },
      ),
    }),
    drain: record({
      delay: optional(upToADay),
      timeout: optional(upToADay),
      onTimeout: fc.constantFrom('back-out' as const, 'reboot' as const),
      gracePeriodSeconds: optional(fc.integer({ min: 1, max: 86_400 })),
      podSelector: optional(fc.constantFrom('app=web', '!critical,tier in (a, b)', 'a!=b')),
      skipWaitForDeleteTimeout: optional(upToADay),
      // A drain that has no end does not come to it.
    }).map((of) => (of.onTimeout === 'reboot' && of.timeout === null ? { ...of, timeout: 1000 } : of)),
    node: record({
      beforeDrain: record({ labels: labelChanges, annotations: annotationChanges }),
      afterReboot: record({ labels: labelChanges, annotations: annotationChanges }),
      excludeFromLoadBalancers: fc.boolean(),
      loadBalancerDelay: optional(upToADay),
      kuredAnnotations: fc.boolean(),
      preferNoScheduleTaint: optional(fc.constantFrom('example.com/reboot', 'reboot')),
    }),
    hooks: record({ timeout: upToADay }),
    reboot: record({
      method: fc.constant('command' as const),
      command,
      signal: fc.constantFrom(1, 39, 40, 64),
      delay: optional(upToADay),
      deadline: upToADay,
      attempts: fc.integer({ min: 1, max: 100 }),
      maxRebootsPerDay: fc.integer({ min: 1, max: 1000 }),
    }),
    verification: record({ timeout: upToADay }),
    metrics: record({
      listen: optional(fc.constantFrom('127.0.0.1:9110', '[::1]:9110', 'unix:/run/x.sock')),
      textfile: optional(fc.constantFrom('/var/lib/x/kured-host.prom', '/x.prom')),
    }),
    notifications: record({
      urlFiles: fc.array(path, { maxLength: 3 }),
      command: optional(command),
      moments: fc.subarray([...noticeMoments]),
      templates: fc.constantFrom<Templates>(
        {},
        { back: '%s is back' },
        { needed: '{node}: {why}', stuck: 'a {{b}} 5%%' },
      ),
      waitingAfter: optional(fc.integer({ min: 60_000, max: 86_400_000 })),
      caFile: optional(path),
    }),
    log: record({ level: fc.constantFrom('error', 'warn', 'info', 'debug') }),
  });
}

const anyWindow = {
  timeZone: fc.constantFrom('UTC', 'Local', 'Europe/Berlin', 'Etc/GMT+3'),
  afterDeadline: fc.boolean(),
};

function daysWindow(): fc.Arbitrary<DaysWindow> {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }).map((found) => found.sort());
  const [start, end] = [fc.integer({ min: 0, max: 86_399 }), fc.integer({ min: 0, max: 86_400 })];
  const window = record<DaysWindow>({ kind: fc.constant('days'), days, start, end, ...anyWindow });
  return window.filter((of) => of.start !== of.end);
}

function cronWindow(): fc.Arbitrary<CronWindow> {
  const cron = fc.constantFrom('0 2 * * 6', '@daily', '*/30 1-3 1 jan,jul *');
  const duration = fc.integer({ min: 60_000, max: 744 * 3_600_000 });
  return record<CronWindow>({ kind: fc.constant('cron'), cron, duration, ...anyWindow });
}

function prometheus(): fc.Arbitrary<PrometheusSettings> {
  const https = fc.constantFrom('https://prometheus.example:9090', 'https://[::1]/path');
  const matcher = record<Matcher>({
    name: fc.constantFrom('severity', '_a1'),
    is: fc.constantFrom('=', '!='),
    value: argument,
  });
  const silences = record({
    alertmanager: https,
    externalLabels: fc.dictionary(fc.constantFrom('cluster', '_b'), argument, { noNullPrototype: true }),
  });
  const alerts = fc
    .record<AlertsAsked>(
      {
        for: fc.constant('alerts'),
        filter: optional(fc.constantFrom('^Watchdog$', 'a|b', '(?i)x: # "y"')),
        matchOnly: fc.boolean(),
        firingOnly: fc.boolean(),
        matchers: fc.array(matcher, { maxLength: 3 }),
        silences: optional(silences),
      },
      { noNullPrototype: true },
    )
    // Matches alone cannot count where there is no filter.
    .map((of) => ({ ...of, matchOnly: of.matchOnly && of.filter !== null }));
  const query = record<QueryAsked>({ for: fc.constant('query'), query: fc.constant('up{job="db"} == 0\n# b: c') });
  return record<PrometheusSettings>({
    url: https,
    asks: fc.oneof(alerts, query),
    timeout: fc.integer({ min: 1000, max: 7000 }),
    login: optional(
      fc.oneof(
        record<LoginSettings>({ by: fc.constant('token'), file: path }),
        record<LoginSettings>({ by: fc.constant('password'), user: fc.constant('a b'), file: path }),
      ),
    ),
    caFile: optional(path),
    clientCertificate: optional(record({ certFile: path, keyFile: path })),
  });
}

const upToADay = fc.integer({ min: 1000, max: 86_400_000 });
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
/** Words that YAML would take for something else, and characters that need care. */
const tricky = fc.constantFrom(
  'null',
  'yes',
  '5',
  '1e3',
  '0x10',
  '~',
  '- a',
  '# c',
  'a: b',
  '{',
  "'",
  '"',
  '\\',
  'é😀',
  '\u{85}\u{2028}\u{feff}',
);
const argument = fc
  .oneof(tricky, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const line = argument.map((text) => text.replaceAll(/\p{Cc}/gu, ''));
const path = line.map((text) => `/${text}`);
const command = fc.tuple(path, fc.array(argument, { maxLength: 4 })).map(([program, rest]) => [program, ...rest]);

const labelChanges = changes(fc.constantFrom('', 'a', 'A-b_c.9'));
const annotationChanges = changes(argument.filter((text) => text.length <= 1024));

function changes(value: fc.Arbitrary<string>): fc.Arbitrary<Changes> {
  const key = fc.constantFrom('a', 'example.com/a', 'b-c_D.e', 'node.kubernetes.io/x');
  return fc.dictionary(key, optional(value), { noNullPrototype: true });
}

function optional<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(of, { nil: null });
}

/** Plain objects, as settings are made of; fast-check would mix in ones without a prototype. */
function record<T extends object>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}
