import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { load } from 'js-yaml';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { commands } from '../../src/cli/table.ts';
import { type ReasonCode, reasonCodes } from '../../src/core/reasons.ts';
import type { MetricsInput } from '../../src/metrics/input.ts';
import { skipUnless } from '../cluster/available.ts';
import { faultsOf } from './promql.ts';
import { type Course, checkRules, promtoolMissing, scraped, testRules, type Verdict } from './promtool.ts';
import { idle, queued } from './sample-nodes.ts';

const file = join(import.meta.dirname, '../../packaging/prometheus-rules.yaml');
const skip = skipUnless(promtoolMissing);

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const { groups } = load(readFileSync(file, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);

/** What happens, when it is looked at, and who is named then: the labels of each alert beside its own. */
interface Story {
  readonly alert: string;
  readonly tells: string;
  /** A step of time; a minute if absent. */
  readonly step?: '1m' | '5m';
  readonly nodes: Readonly<Record<string, Course>>;
  /** At the step of the number this is what fires. */
  readonly fires: Readonly<Record<number, readonly Readonly<Record<string, string>>[]>>;
}

const one = { job: 'kured-host', instance: 'node-1:9110' };
const lease = { lease: 'kured-host/kured-host' };
const always =
  (input: MetricsInput): Course =>
  () =>
    input;
const until = (step: number, before: MetricsInput, after: MetricsInput | null): Course => {
  return (now) => (now < step ? before : after);
};
const because = (...reasons: readonly ReasonCode[]): MetricsInput => ({ ...queued, reasons });
const draining: MetricsInput = {
  ...queued,
  phase: 'draining',
  reasons: ['draining'],
  lease: { ...holding(), place: null },
};

const telling = (notices: Partial<MetricsInput['notices']>): MetricsInput => ({
  ...idle,
  notices: { ...idle.notices, ...notices },
});

const stories: readonly Story[] = [
  {
    alert: 'KuredHostStuck',
    tells: 'a node that needs a person',
    nodes: {
      'node-1:9110': until(5, draining, { ...draining, phase: 'verifying', stuck: true }),
      'node-2:9110': always(queued),
    },
    fires: { 4: [], 6: [one] },
  },
  {
    alert: 'KuredHostPoolBlocked',
    tells: 'a holder that went down and does not come back, while others wait',
    nodes: { 'node-1:9110': until(10, draining, null), 'node-2:9110': always(queued) },
    fires: { 9: [], 50: [], 60: [lease] },
  },
  {
    alert: 'KuredHostPoolBlocked',
    tells: 'nothing while the holder drains, however long, or when an idle node remembers a holder of long ago',
    nodes: {
      'node-1:9110': until(200, draining, idle),
      'node-2:9110': until(200, queued, { ...idle, lease: holding() }),
    },
    fires: { 199: [], 300: [] },
  },
  {
    alert: 'KuredHostSilent',
    tells: 'a node whose metrics are gone for longer than a reboot takes, until they are back',
    nodes: { 'node-1:9110': (now) => (now < 10 || now > 70 ? idle : null), 'node-2:9110': always(idle) },
    fires: { 50: [], 56: [one], 72: [] },
  },
  {
    alert: 'KuredHostRebootOverdue',
    tells:
      'a node that has needed a reboot for a week, also where that could not be told now and then, and none that was rebooted meanwhile',
    step: '5m',
    nodes: {
      'node-1:9110': (now) =>
        now === 300 ? null : { ...queued, needSince: 0, need: now % 500 === 499 ? 'unknown' : 'yes' },
      'node-2:9110': (now) =>
        now === 1000 ? { ...idle, needSince: null } : { ...queued, needSince: now < 1000 ? 0 : 1001 * 5 * 60_000 },
    },
    fires: { 2000: [], 2040: [one], 2900: [one] },
  },
  {
    alert: 'KuredHostDrainFails',
    tells: 'a node that drains and backs out in turns for six hours',
    step: '5m',
    nodes: {
      'node-1:9110': (now) =>
        now % 6 < 2 ? because('drain-blocked') : now % 6 < 3 ? because('backing-off') : draining,
      'node-2:9110': until(6, because('drain-blocked'), idle),
    },
    fires: { 70: [], 74: [one] },
  },
  {
    alert: 'KuredHostNeedUnknown',
    tells: 'a sentinel that cannot be read',
    nodes: { 'node-1:9110': until(5, idle, { ...idle, need: 'unknown' }) },
    fires: { 60: [], 66: [one] },
  },
  {
    alert: 'KuredHostHindered',
    tells: 'a Lease that was never made',
    nodes: { 'node-1:9110': until(5, idle, because('lease-missing')) },
    fires: { 60: [], 66: [{ ...one, code: 'lease-missing' }] },
  },
  {
    alert: 'KuredHostPausedLong',
    tells: 'a pause that was forgotten, once for the pool',
    step: '5m',
    nodes: { 'node-1:9110': always(because('pool-paused')), 'node-2:9110': always(because('pool-paused')) },
    fires: { 280: [], 290: [lease] },
  },
  {
    alert: 'KuredHostConfigurationRefused',
    tells: 'a mistake that a reload refused',
    nodes: { 'node-1:9110': until(5, idle, { ...idle, refused: true }) },
    fires: { 15: [], 21: [one] },
  },
  {
    alert: 'KuredHostNotTelling',
    tells: 'a receiver that fails again and again, and not of one that failed twice',
    nodes: {
      'node-1:9110': (now) => telling({ failed: Math.min(8, now) }),
      'node-2:9110': (now) => telling({ failed: Math.min(2, now), sent: now }),
    },
    fires: { 2: [], 20: [one], 90: [] },
  },
  {
    alert: 'KuredHostNotTelling',
    tells: 'a message that was given up',
    nodes: { 'node-1:9110': until(5, telling({}), telling({ lost: 1 })), 'node-2:9110': always(telling({ sent: 9 })) },
    fires: { 4: [], 7: [one], 90: [] },
  },
];

describe('the rules for Prometheus', () => {
  it('are accepted by promtool', { skip }, () => {
    const { ok, said } = checkRules(readFileSync(file, 'utf8'));
    assert.ok(ok, said);
    assert.match(said, new RegExp(`SUCCESS: ${rules.length} rules found`));
  });

  for (const { alert, record, expr } of rules) {
    it(`ask only for metrics and labels that there are: ${alert ?? record}`, () =>
      assert.deepEqual(faultsOf(expr), []));
  }

  for (const { alert = '', labels, annotations } of alerts) {
    it(`say how bad it is, what happened, what it means and what to do, by commands that there are: ${alert}`, () => {
      assert.match(labels?.['severity'] ?? '', /^(critical|warning)$/);
      assert.deepEqual(Object.keys(annotations ?? {}), ['summary', 'description', 'remedy']);
      const typed = [...(annotations?.['remedy'] ?? '').matchAll(/`([^`]+)`/g)].map(([, command = '']) =>
        command.split(' '),
      );
      assert.ok(typed.length > 0);
      for (const [program, ...args] of typed) {
        if (program === 'kured-host') assert.equal(readCommandLine(args, commands).is, 'command', args.join(' '));
        else assert.match(program ?? '', /^(kubectl|systemctl|journalctl)$/);
      }
    });
  }

  it('name only reasons that there are', () => {
    const codes = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/code=~?"([^"]+)"/g)].flatMap(([, all = '']) => all.split('|')),
    );
    assert.ok(codes.length > 10);
    assert.deepEqual(
      codes.filter((code) => !(reasonCodes as readonly string[]).includes(code)),
      [],
    );
  });

  it('have a story for each alert', () => {
    const told = new Set(stories.map(({ alert }) => alert));
    assert.deepEqual(
      alerts.map(({ alert }) => alert).filter((alert) => !told.has(alert ?? '')),
      [],
    );
  });

  for (const story of stories) {
    it(`tell of ${story.tells}: ${story.alert}`, { skip }, () => {
      const { ok, said } = tried(story);
      assert.ok(ok, said);
    });
  }

  it('count the nodes of each pool by need, phase and reason', { skip }, () => {
    const nodes = {
      a: always(queued),
      b: always(queued),
      c: always(idle),
      d: always({ ...idle, pool: 'kured-host/other' }),
    };
    const pool = 'lease="kured-host/kured-host"';
    const values: Readonly<Record<string, number>> = {
      [`lease:kured_reboot_required:sum{${pool}}`]: 2,
      'lease:kured_reboot_required:sum{lease="kured-host/other"}': 0,
      [`lease_phase:kured_host_phase:sum{${pool},phase="queued"}`]: 2,
      [`lease_phase:kured_host_phase:sum{${pool},phase="idle"}`]: 1,
      [`lease_code:kured_host_reason:sum{${pool},code="not-my-turn"}`]: 2,
    };
    const expected = Object.entries(values).map(([series, value]) => ({
      expr: series,
      eval_time: '3m',
      exp_samples: [{ labels: series, value }],
    }));
    const series = scraped(nodes, 5, rules.map(({ expr }) => expr).join());
    const { ok, said } = testRules(rules, '1m', { interval: '1m', input_series: series, promql_expr_test: expected });
    assert.ok(ok, said);
  });
});

function tried({ alert, step = '1m', nodes, fires }: Story): Verdict {
  const rule = alerts.find((one) => one.alert === alert) ?? assert.fail(`there is no ${alert}`);
  const minutes = step === '5m' ? 5 : 1;
  const steps = Math.max(...Object.keys(fires).map(Number));
  const expected = Object.entries(fires).map(([at, firing]) => ({
    eval_time: `${Number(at) * minutes}m`,
    alertname: alert,
    exp_alerts: firing.map((labels) => ({
      exp_labels: { ...labels, ...rule.labels },
      exp_annotations: Object.fromEntries(
        Object.entries(rule.annotations ?? {}).map(([name, text]) => [
          name,
          filled(text, labels, Object.keys(nodes).length),
        ]),
      ),
    })),
  }));
  const series = scraped(nodes, steps, rule.expr);
  return testRules([rule], step, { interval: step, input_series: series, alert_rule_test: expected });
}

/** As Prometheus fills in its templates; what stands for a label that the alert does not have stays, and fails the test. */
function filled(text: string, labels: Readonly<Record<string, string>>, value: number): string {
  return text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (place, name: string) => labels[name] ?? place)
    .replaceAll('{{ $value }}', String(value));
}

function holding(): NonNullable<MetricsInput['lease']> {
  return { holders: 1, holds: true, limit: 1, queueLength: 1, place: null };
}
