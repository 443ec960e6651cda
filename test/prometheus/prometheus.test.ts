import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import type { AlertsAsked, PrometheusSettings, QueryAsked } from '../../src/core/alerts/settings.ts';
import type { Permission } from '../../src/core/permission.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { skipUnless } from '../cluster/available.ts';
import { seen, within } from '../cluster/waiting.ts';
import { realClock } from '../fakes/clock.ts';
import { never } from '../http/server.ts';

const absent = ['prometheus', 'prometheus-alertmanager'].find(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);
const missing = absent === undefined ? null : `no ${absent} here to be asked for alerts`;
const everyAlert: AlertsAsked = {
  for: 'alerts',
  filter: null,
  matchOnly: false,
  firingOnly: false,
  matchers: [],
  silences: null,
};

/** Two that fire, with labels of their own, and one that is pending for an hour. */
const rules = [
  { alert: 'Watchdog', expr: 'vector(1)', labels: { severity: 'none' } },
  { alert: 'DiskFull', expr: 'label_replace(vector(1), "host", "a", "", "")', labels: { severity: 'critical' } },
  { alert: 'Slow', expr: 'vector(1)', for: '1h', labels: { severity: 'warning' } },
];

describe('a real Prometheus with alerts, and a real Alertmanager', { skip: skipUnless(missing) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-alerts-'));
  const children: ChildProcess[] = [];
  let prometheus = '';
  let alertmanager = '';

  before(async () => {
    alertmanager = await start('prometheus-alertmanager', '--cluster.listen-address=', {
      route: { receiver: 'none' },
      receivers: [{ name: 'none' }],
    });
    const rulesFile = join(folder, 'rules.yaml');
    writeFileSync(rulesFile, JSON.stringify({ groups: [{ name: 'test', rules }] }));
    prometheus = await start('prometheus', '--rules.alert.resend-delay=1s', {
      global: { evaluation_interval: '1s', external_labels: { cluster: 'prod' } },
      rule_files: [rulesFile],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.replace('http://', '')] }] }] },
    });
    await until('all alerts to be there', {}, (answer) => count(answer) === 3);
  });

  after(async () => {
    for (const child of children.filter(({ exitCode }) => exitCode === null)) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const filters: readonly (readonly [string, Partial<AlertsAsked>, string])[] = [
    ['every alert counts where nothing is said', {}, 'DiskFull, Slow (pending), Watchdog'],
    ['but for those that a filter names', { filter: '^(Watchdog|Slow)$' }, 'DiskFull'],
    ['or those alone', { filter: 'dog', matchOnly: true }, 'Watchdog'],
    ['or those that fire', { firingOnly: true }, 'DiskFull, Watchdog'],
    [
      'or those with certain labels',
      { matchers: [{ name: 'severity', is: '=~', value: 'crit.*|"x"\\d' }] },
      'DiskFull',
    ],
    [
      'a label that is not there is empty',
      { matchers: [{ name: 'host', is: '=', value: '' }] },
      'Slow (pending), Watchdog',
    ],
    ['no alert, no refusal', { filter: '.' }, 'none'],
  ];
  for (const [name, over, alerts] of filters) {
    it(name, async () => {
      const answer = await ask({ ...everyAlert, ...over });
      assert.notEqual(answer.is, 'unknown', JSON.stringify(answer));
      assert.equal(answer.is === 'allowed' ? 'none' : answer.reasons[0]?.details['alerts'], alerts);
    });
  }

  const queries: readonly (readonly [string, Permission['is'], RegExp])[] = [
    ['vector(0)', 'refused', /finds 1 result\(s\), which are against a reboot: {}$/],
    ['ALERTS{severity="critical"} > 0', 'refused', /finds 1 result\(s\).*: ALERTS{alertname="DiskFull"/],
    ['vector(1) > 1', 'allowed', /^$/],
    ['1 + 1', 'unknown', /the query gives a scalar, which is never empty/],
    ['sum(', 'unknown', /it answers with status 400: .*parse error/],
  ];
  for (const [query, is, says] of queries) {
    it(`the query ${query} is ${is}`, async () => {
      const answer = await ask({ for: 'query', query });
      assert.equal(answer.is, is);
      assert.match(answer.is === 'allowed' ? '' : answer.reasons.map(reasonSentence).join(), says);
    });
  }

  it('a silence ends the refusal, for the alert it mutes alone, and its end begins it anew', async () => {
    const silences = { alertmanager, externalLabels: { cluster: 'prod' } };
    const asked = { filter: 'Slow', silences };
    await until('no silence', asked, (answer) => names(answer) === 'DiskFull, Watchdog');
    const first = await silence('DiskFull');
    await until('one silence', asked, (answer) => names(answer) === 'Watchdog');
    // Under other labels than those that were sent it is another alert.
    assert.equal(
      names(await ask({ ...everyAlert, filter: 'Slow', silences: { alertmanager, externalLabels: {} } })),
      'DiskFull, Watchdog',
    );
    await silence('Watchdog');
    await until('both silences', asked, (answer) => answer.is === 'allowed');
    // Without being told of the Alertmanager nothing is silenced.
    assert.equal(names(await ask({ ...everyAlert, filter: 'Slow' })), 'DiskFull, Watchdog');
    await call('DELETE', `/api/v2/silence/${first}`);
    await until('the end of one silence', asked, (answer) => names(answer) === 'DiskFull');
  });

  /** Starts it on a port that it chooses; gives its URL. */
  async function start(program: string, option: string, config: object): Promise<string> {
    const place = join(folder, program);
    mkdirSync(place);
    const file = join(place, 'config.yaml');
    writeFileSync(file, JSON.stringify(config));
    const storage = program === 'prometheus' ? '--storage.tsdb.path' : '--storage.path';
    const args = [`--config.file=${file}`, `${storage}=${place}/data`, '--web.listen-address=127.0.0.1:0', option];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => said.push(line));
    const address = await seen(
      60_000,
      `${program} to listen`,
      () => /"Listening on".* address=(\S+)/.exec(said.join('\n'))?.[1],
      (changed) => {
        lines.on('line', changed);
        return () => lines.off('line', changed);
      },
      () => said.slice(-3).join('; '),
    );
    return `http://${address}`;
  }

  async function ask(asks: AlertsAsked | QueryAsked): Promise<Permission> {
    const one: PrometheusSettings = {
      url: prometheus,
      asks,
      timeout: 7_000,
      login: null,
      caFile: null,
      clientCertificate: null,
    };
    return prometheusSource({ clock: realClock(), settings: () => [one] }).ask(never);
  }

  /** Asks until the answer is as it is wanted. */
  async function until(
    what: string,
    over: Partial<AlertsAsked>,
    wanted: (answer: Permission) => boolean,
  ): Promise<void> {
    let last = 'nothing';
    await within(
      60_000,
      what,
      async (signal) => {
        for (;;) {
          signal.throwIfAborted();
          const answer = await ask({ ...everyAlert, ...over });
          last = JSON.stringify(answer);
          if (wanted(answer)) return;
          await realClock().sleep(200, signal);
        }
      },
      () => last,
    );
  }

  async function silence(alertname: string): Promise<string> {
    const answer = await call('POST', '/api/v2/silences', {
      matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
      startsAt: new Date(Date.now() - 1_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'test',
      comment: 'known',
    });
    return String(answer['silenceID']);
  }

  async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
    const answer = await fetch(`${alertmanager}${path}`, { method, ...sent });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return text === '' ? {} : JSON.parse(text);
  }
});

const names = (answer: Permission): string =>
  answer.is === 'allowed' ? '' : (answer.reasons[0]?.details['alerts'] ?? answer.is);
const count = (answer: Permission): number =>
  answer.is === 'refused' ? Number(answer.reasons[0]?.details['count']) : 0;
