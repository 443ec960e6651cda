import { metricsPage } from '../../src/metrics/families.ts';
import type { MetricsInput } from '../../src/metrics/input.ts';
import { parseExposition } from './exposition-parser.ts';

/** A node with nothing to do, of the default pool; with every family of the metrics. */
export const idle: MetricsInput = {
  node: 'node-1',
  need: 'no',
  phase: 'idle',
  phaseSince: 1_767_600_000_000,
  reasons: ['no-need'],
  stuck: false,
  pool: 'kured-host/kured-host',
  lastReboot: 1_767_500_000_000,
  refused: false,
  lease: { holders: 0, holds: false, limit: 1, queueLength: 0, place: null },
  needSince: 1_767_590_000_000,
  window: { open: false, edge: 1_767_610_000_000 },
  observes: false,
  podsLeft: 3,
  delayLeft: 30,
  phaseTimes: [{ phase: 'idle', seconds: 12.5, entered: 2 }],
  outcomes: {
    claimed: 3,
    drained: 2,
    'reboot-asked': 2,
    'reboot-refused': 0,
    rebooted: 2,
    'backed-out': 1,
    stuck: 0,
  },
  requests: [{ verb: 'get', outcome: 'ok', count: 7 }],
  notices: { sent: 0, failed: 0, lost: 0 },
  build: { version: '0.1.0', revision: 'abc1234', node: 'v24.21.0' },
};

/** A node that waits for its turn. */
export const queued: MetricsInput = {
  ...idle,
  need: 'yes',
  phase: 'queued',
  reasons: ['not-my-turn'],
  lease: { holders: 1, holds: false, limit: 1, queueLength: 1, place: 1 },
};

export interface Metric {
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric that there is, by name. */
export function everyMetric(): ReadonlyMap<string, Metric> {
  const families = parseExposition(metricsPage(queued)).values();
  return new Map(
    [...families].map(({ name, type, help, samples }) => {
      return [name, { type, help, labels: Object.keys(samples[0]?.labels ?? {}) }];
    }),
  );
}
