/** Makes packaging/grafana-dashboard.json: a fleet on one page, for Grafana 9 and newer. */
import { type Cell, datasource, row, stat, table, timeseries } from './dashboard-panels.ts';

/** What gives each series the Lease of its node, and leaves out the pools that were not chosen. */
const pool = '* on (job, instance) group_left (lease) kured_host_lease_info{lease=~"$lease"}';
const working = 'draining|rebooting|verifying|restoring|backing-out';

/** From the top; each row of the page is a list of panels, with the width of each out of 24. */
const page: readonly (readonly [height: number, cells: readonly Cell[]])[] = [
  row(4, [
    stat(4, 'Nodes', 'that run kured-host', `count(kured_host_lease_info{lease=~"$lease"})`, 'plain'),
    stat(4, 'Need a reboot', '', `sum(sum by (job, instance) (kured_reboot_required) ${pool})`, 'amber'),
    stat(
      4,
      'Being rebooted',
      'from the drain until the release',
      `sum(kured_host_phase{phase=~"${working}"} ${pool})`,
      'plain',
    ),
    stat(4, 'Need a person', 'stuck', `sum(kured_host_stuck ${pool})`, 'red'),
    stat(4, 'Silent', 'gave metrics within the last day, and none now', silent(), 'red'),
    stat(
      4,
      'Rebooted today',
      'within 24 hours',
      `count(time() - kured_host_last_reboot_seconds ${pool} < 86400) or vector(0)`,
      'plain',
    ),
  ]),
  row(9, [
    table(24, 'Nodes that need a reboot, and why each waits', 'The value is how long it has been in this phase.', [
      'kured_host_reason',
      '* on (job, instance) group_left (phase) (kured_host_phase == 1)',
      '* on (job, instance) group_left () (time() - kured_host_phase_since_seconds)',
      pool,
      'and on (job, instance) (kured_reboot_required == 1 or on (job, instance) kured_host_stuck == 1)',
    ]),
  ]),
  row(7, [
    table(12, 'Who holds the Lease', 'The value is how long it has been in this phase.', [
      '(kured_host_phase == 1) * on (job, instance) group_left () (kured_host_holder == 1)',
      '* on (job, instance) group_left () (time() - kured_host_phase_since_seconds)',
      pool,
    ]),
    table(12, 'Who needs a person', 'On the node, `kured-host why` says what to do.', [
      'kured_host_reason',
      '* on (job, instance) group_left () (time() - kured_host_phase_since_seconds)',
      pool,
      'and on (job, instance) kured_host_stuck == 1',
    ]),
  ]),
  row(8, [
    timeseries(
      12,
      'Nodes by phase',
      'all but idle',
      [[`sum by (phase) (kured_host_phase{phase!="idle"} ${pool}) > 0`, '{{phase}}']],
      'stacked',
    ),
    timeseries(
      12,
      'Why nodes wait',
      'nodes by reason, all but those that need nothing; a node counts for each of its reasons',
      [[`sum by (code) (kured_host_reason{code!="no-need"} ${pool})`, '{{code}}']],
      'lines',
    ),
  ]),
  row(8, [
    timeseries(
      12,
      'Nodes that need a reboot',
      'by pool',
      [[`sum by (lease) (sum by (job, instance) (kured_reboot_required) ${pool})`, '{{lease}}']],
      'lines',
    ),
    timeseries(
      12,
      'Holders and queue',
      'as the nodes in the queue see them',
      [
        [
          `max by (lease) ((kured_host_holders and on (job, instance) kured_host_queue_place) ${pool})`,
          'holders of {{lease}}',
        ],
        [
          `max by (lease) ((kured_host_queue_length and on (job, instance) kured_host_queue_place) ${pool})`,
          'queue of {{lease}}',
        ],
      ],
      'lines',
    ),
  ]),
  row(8, [
    timeseries(
      12,
      'Attempts',
      'within a day, by how far they came',
      [
        [
          `sum by (outcome) (sum by (job, instance, outcome) (increase(kured_host_attempts_total[1d])) ${pool})`,
          '{{outcome}}',
        ],
      ],
      'lines',
    ),
    timeseries(
      12,
      'Waiting longest',
      'the need that is the oldest, by pool',
      [[`max by (lease) ((time() - kured_host_need_since_seconds) ${pool})`, '{{lease}}']],
      'seconds',
    ),
  ]),
  row(8, [
    timeseries(
      12,
      'Windows',
      'nodes that need a reboot, by whether their window is open',
      [
        [`sum((kured_reboot_required * on (job, instance) kured_host_window_open) ${pool})`, 'open'],
        [`sum((kured_reboot_required * on (job, instance) (1 - kured_host_window_open)) ${pool})`, 'closed'],
      ],
      'stacked',
    ),
    timeseries(
      12,
      'Next edge of a window',
      'how long until the first opens or closes',
      [[`min by (lease) ((kured_host_window_edge_seconds - time()) ${pool})`, '{{lease}}']],
      'seconds',
    ),
  ]),
  row(8, [
    timeseries(
      12,
      'How long phases take',
      'on average, since each service was started',
      [[average(), '{{phase}}']],
      'seconds',
    ),
    timeseries(
      6,
      'Pods that drains wait for',
      'by node',
      [[`sum by (instance) (kured_host_drain_pods_left ${pool})`, '{{instance}}']],
      'lines',
    ),
    timeseries(
      6,
      'What delays still last',
      'before the eviction, the reboot or the release, by node',
      [[`sum by (instance) (kured_host_delay_left_seconds ${pool})`, '{{instance}}']],
      'seconds',
    ),
  ]),
  row(8, [
    timeseries(6, 'How long it takes', 'the longest stay in each phase', [[longest(), '{{phase}}']], 'seconds'),
    timeseries(
      6,
      'Requests to the API server',
      'per second, by outcome',
      [['sum by (outcome) (rate(kured_host_api_requests_total[$__rate_interval]))', '{{outcome}}']],
      'lines',
    ),
    timeseries(
      6,
      'Messages to people',
      'in an hour, by what became of them',
      [['sum by (outcome) (increase(kured_host_notifications_total[1h]))', '{{outcome}}']],
      'lines',
    ),
    timeseries(
      6,
      'Versions',
      'nodes by version',
      [['count by (version) (kured_host_build_info)', '{{version}}']],
      'stacked',
    ),
  ]),
];

/** Whoever scrapes a node marks its series as gone with the first scrape that fails. */
function silent(): string {
  return 'count(max_over_time(kured_host_lease_info{lease=~"$lease"}[1d]) unless on (job, instance) kured_host_lease_info) or vector(0)';
}

function longest(): string {
  return `max by (phase) ((kured_host_phase{phase=~"${working}"} == 1) * on (job, instance) group_left () (time() - kured_host_phase_since_seconds) ${pool})`;
}

function average(): string {
  const all = (name: string): string =>
    `sum by (phase) (sum by (job, instance, phase) (${name}{phase=~"${working}"}) ${pool})`;
  return `${all('kured_host_phase_seconds_total')} / (${all('kured_host_phase_entries_total')} > 0)`;
}

/** The dashboard as it is imported. */
export function dashboardJson(): string {
  let y = 0;
  let id = 0;
  const panels = page.flatMap(([height, cells]) => {
    let x = 0;
    const placed = cells.map(({ width, panel }) => {
      id += 1;
      const gridPos = { h: height, w: width, x, y };
      x += width;
      return { id, gridPos, ...panel };
    });
    y += height;
    return placed;
  });
  return `${JSON.stringify({ ...head, panels }, null, 1)}\n`;
}

const head = {
  uid: 'kured-host',
  title: 'kured-host: reboots of a fleet',
  tags: ['kured-host', 'kubernetes'],
  schemaVersion: 37,
  editable: true,
  refresh: '30s',
  time: { from: 'now-24h', to: 'now' },
  templating: {
    list: [
      { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
      {
        name: 'lease',
        label: 'Pool',
        type: 'query',
        datasource,
        query: 'label_values(kured_host_lease_info, lease)',
        refresh: 2,
        multi: true,
        includeAll: true,
        allValue: '.*',
        current: { text: 'All', value: '$__all' },
      },
    ],
  },
} as const;
