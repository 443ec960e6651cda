import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { reasonCodes } from '../../src/core/reasons.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import { metricsPage } from '../../src/metrics/families.ts';
import type { MetricsInput } from '../../src/metrics/input.ts';
import { parseExposition } from './exposition-parser.ts';

const waiting: MetricsInput = {
  node: 'node-17',
  need: 'yes',
  phase: 'queued',
  phaseSince: 1_767_600_000_500,
  reasons: ['not-my-turn'],
  stuck: false,
  pool: 'kured-host/kured-host',
  lastReboot: 1_767_500_000_000,
  refused: false,
  lease: { holders: 1, holds: false, limit: 1, queueLength: 4, place: 2 },
  needSince: 1_767_590_000_000,
  window: { open: false, edge: 1_767_610_000_000 },
  observes: false,
  podsLeft: null,
  delayLeft: null,
  phaseTimes: [{ phase: 'queued', seconds: 12.5, entered: 2 }],
  outcomes: {
    claimed: 3,
    drained: 2,
    'reboot-asked': 2,
    'reboot-refused': 0,
    rebooted: 2,
    'backed-out': 1,
    stuck: 0,
  },
  requests: [
    { verb: 'get', outcome: '200', count: 7 },
    { verb: 'put', outcome: 'no-answer', count: 1 },
  ],
  notices: { sent: 5, failed: 0, lost: 0 },
  build: { version: '0.1.0', revision: 'abc1234', node: 'v24.21.0' },
};

function samples(input: MetricsInput, name: string): Readonly<Record<string, number>> | undefined {
  const family = parseExposition(metricsPage(input)).get(name);
  return (
    family && Object.fromEntries(family.samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]))
  );
}

const shown: readonly [
  change: Partial<MetricsInput>,
  name: string,
  expected: Readonly<Record<string, number>> | undefined,
][] = [
  [{}, 'kured_reboot_required', { 'node-17': 1 }],
  [{ need: 'no' }, 'kured_reboot_required', { 'node-17': 0 }],
  [{ need: 'unknown' }, 'kured_reboot_required', { 'node-17': 0 }],
  [{ node: null }, 'kured_reboot_required', undefined],
  [{ need: 'no' }, 'kured_host_reboot_required_known', { '': 1 }],
  [{ need: 'unknown' }, 'kured_host_reboot_required_known', { '': 0 }],
  [{}, 'kured_host_phase_since_seconds', { '': 1_767_600_000.5 }],
  [{}, 'kured_host_reason', { 'not-my-turn': 1 }],
  [{ reasons: ['blocked', 'pool-paused', 'blocked'] }, 'kured_host_reason', { blocked: 1, 'pool-paused': 1 }],
  [{ reasons: [] }, 'kured_host_reason', undefined],
  [{ stuck: true }, 'kured_host_stuck', { '': 1 }],
  [{}, 'kured_host_lease_info', { 'kured-host/kured-host': 1 }],
  [{ pool: null }, 'kured_host_lease_info', undefined],
  [{ lease: null }, 'kured_host_lease_info', { 'kured-host/kured-host': 1 }],
  [{}, 'kured_host_last_reboot_seconds', { '': 1_767_500_000 }],
  [{ lastReboot: null }, 'kured_host_last_reboot_seconds', undefined],
  [{}, 'kured_host_configuration_refused', { '': 0 }],
  [{ refused: true }, 'kured_host_configuration_refused', { '': 1 }],
  [{}, 'kured_host_holders', { '': 1 }],
  [{}, 'kured_host_queue_length', { '': 4 }],
  [{}, 'kured_host_queue_place', { '': 2 }],
  [{ lease: { holders: 0, holds: false, limit: 2, queueLength: 0, place: null } }, 'kured_host_queue_place', undefined],
  [
    { lease: { holders: 0, holds: false, limit: 2, queueLength: 0, place: null } },
    'kured_host_holders_limit',
    { '': 2 },
  ],
  [{ lease: null }, 'kured_host_holders', undefined],
  [{}, 'kured_host_holder', { '': 0 }],
  [{ lease: { holders: 2, holds: true, limit: 2, queueLength: 0, place: null } }, 'kured_host_holder', { '': 1 }],
  [{ lease: null }, 'kured_host_holder', undefined],
  [{}, 'kured_host_api_requests_total', { 'get 200': 7, 'put no-answer': 1 }],
  [{}, 'kured_host_notifications_total', { sent: 5, failed: 0, lost: 0 }],
  [{}, 'kured_host_need_since_seconds', { '': 1_767_590_000 }],
  [{ needSince: null }, 'kured_host_need_since_seconds', undefined],
  [{}, 'kured_host_window_open', { '': 0 }],
  [{ window: { open: true, edge: null } }, 'kured_host_window_open', { '': 1 }],
  [{ window: null }, 'kured_host_window_open', undefined],
  [{}, 'kured_host_window_edge_seconds', { '': 1_767_610_000 }],
  [{ window: { open: true, edge: null } }, 'kured_host_window_edge_seconds', undefined],
  [{ window: null }, 'kured_host_window_edge_seconds', undefined],
  [{}, 'kured_host_drain_pods_left', undefined],
  [{ podsLeft: 0 }, 'kured_host_drain_pods_left', { '': 0 }],
  [{}, 'kured_host_delay_left_seconds', undefined],
  [{ delayLeft: 30 }, 'kured_host_delay_left_seconds', { '': 30 }],
  [{}, 'kured_host_observe_only', { '': 0 }],
  [{ observes: true }, 'kured_host_observe_only', { '': 1 }],
  [
    {},
    'kured_host_attempts_total',
    { claimed: 3, drained: 2, 'reboot-asked': 2, 'reboot-refused': 0, rebooted: 2, 'backed-out': 1, stuck: 0 },
  ],
  [{}, 'kured_host_build_info', { '0.1.0 abc1234 v24.21.0': 1 }],
];

for (const [change, name, expected] of shown) {
  test(`${name} with ${JSON.stringify(change)} is ${JSON.stringify(expected) ?? 'absent'}`, () => {
    assert.deepEqual(samples({ ...waiting, ...change }, name), expected);
  });
}

for (const [name, queued] of [
  ['kured_host_phase_seconds_total', 12.5],
  ['kured_host_phase_entries_total', 2],
] as const)
  test(`${name} has every phase, 0 for those that never were`, () => {
    const shown = samples(waiting, name) ?? assert.fail();
    assert.deepEqual(Object.keys(shown), Object.keys(samples(waiting, 'kured_host_phase') ?? {}));
    assert.equal(shown['queued'], queued);
    assert.equal(shown['draining'], 0);
  });

test('exactly one phase is 1', () => {
  const phases = samples(waiting, 'kured_host_phase') ?? assert.fail();
  assert.equal(phases['queued'], 1);
  assert.equal(
    Object.values(phases).reduce((sum, value) => sum + value, 0),
    1,
  );
});

test('requests beyond the bound are one series, and their sum is kept', () => {
  const requests = Array.from({ length: 100 }, (_, i) => ({ verb: 'get', outcome: String(i), count: 2 }));
  const shown = samples({ ...waiting, requests }, 'kured_host_api_requests_total') ?? assert.fail();
  assert.equal(Object.keys(shown).length, 64);
  assert.equal(shown['other other'], 74);
});

test('whatever comes in, the page can be parsed, and its series are few', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const input = fc.record({
    node: fc.option(text),
    need: fc.constantFrom('yes', 'no', 'unknown'),
    phase: fc.constantFrom('idle', 'draining', 'stopped'),
    phaseSince: fc.double(),
    reasons: fc.array(fc.constantFrom(...reasonCodes)),
    stuck: fc.boolean(),
    pool: fc.option(text),
    lastReboot: fc.option(fc.double()),
    refused: fc.boolean(),
    lease: fc.option(
      fc.record({
        holders: fc.nat(),
        holds: fc.boolean(),
        limit: fc.nat(),
        queueLength: fc.nat(),
        place: fc.option(fc.nat()),
      }),
    ),
    needSince: fc.option(fc.double()),
    window: fc.option(fc.record({ open: fc.boolean(), edge: fc.option(fc.double()) })),
    observes: fc.boolean(),
    podsLeft: fc.option(fc.nat()),
    delayLeft: fc.option(fc.nat()),
    phaseTimes: fc.array(
      fc.record({ phase: fc.constantFrom('idle', 'draining'), seconds: fc.double(), entered: fc.nat() }),
    ),
    outcomes: fc.constant(waiting.outcomes),
    requests: fc.uniqueArray(
      fc.record({ verb: fc.constantFrom('get', 'put'), outcome: fc.stringMatching(/^[a-z]{1,6}$/), count: fc.nat() }),
      {
        maxLength: 200,
        selector: ({ verb, outcome }) => `${verb} ${outcome}`,
      },
    ),
    notices: fc.record({ sent: fc.nat(), failed: fc.nat(), lost: fc.nat() }),
    build: fc.record({ version: text, revision: text, node: text }),
  });
  fc.assert(
    fc.property(input, (any) => {
      const families = [...parseExposition(metricsPage(any)).values()];
      assert.ok(families.reduce((sum, family) => sum + family.samples.length, 0) < 64 + 60 + reasonCodes.length);
      const requests = families.find(({ name }) => name === 'kured_host_api_requests_total');
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      assert.equal(sum(requests?.samples.map(({ value }) => value) ?? []), sum(any.requests.map(({ count }) => count)));
    }),
    { numRuns: 300 },
  );
});

test('a label value comes out as it went in', () => {
  const value = 'a"b\\c,{d="e"} ü';
  const [family] = parseExposition(
    exposition([{ name: 'x', type: 'gauge', help: 'h', samples: [{ labels: { v: value }, value: 1 }] }]),
  ).values();
  assert.equal(family?.samples[0]?.labels['v'], value);
});

// The strict parser reads the page everywhere; where promtool is at hand it has its say, too.
if (spawnSync('promtool', ['--version']).status === 0) {
  test('promtool finds nothing to complain about', () => {
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: metricsPage(waiting), encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
    assert.equal(checked.stderr + checked.stdout, '');
  });
}
