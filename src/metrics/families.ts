import { noticeOutcomes } from '../core/notice.ts';
import type { PhaseName } from '../core/phases/state.ts';
import { exposition, type Family, type Sample } from './exposition.ts';
import { type MetricsInput, outcomes, type RequestCount } from './input.ts';

/**
 * The page of metrics. Every label but the node's name comes from a closed list, so a node has about 80 series.
 *
 * `kured_reboot_required` keeps kured's name and meaning, and so its alerts: 1 only when a reboot is required. Where kured
 * cannot tell it says 0; `kured_host_reboot_required_known` tells that 0 from a real one.
 */
export function metricsPage(input: MetricsInput): string {
  return exposition(metricFamilies(input));
}

/** The same before it is text; a family may have no samples. */
export function metricFamilies(input: MetricsInput): readonly Family[] {
  return [
    ...needFamilies(input),
    ...windowFamilies(input),
    ...phaseFamilies(input),
    ...attemptFamilies(input),
    ...leaseFamilies(input),
    ...serviceFamilies(input),
  ];
}

function needFamilies({ node, need, needSince, lastReboot }: MetricsInput): readonly Family[] {
  return [
    gauge(
      'kured_reboot_required',
      'Whether this node needs a reboot: 1 if it does, 0 if not or if that cannot be told.',
      node === null ? [] : [{ labels: { node }, value: flag(need === 'yes') }],
    ),
    gauge(
      'kured_host_reboot_required_known',
      'Whether it can be told if a reboot is needed.',
      one(flag(need !== 'unknown')),
    ),
    gauge(
      'kured_host_need_since_seconds',
      'Since when this node has needed a reboot, in seconds since 1970; absent where it needs none, kept while that cannot be told.',
      needSince === null ? [] : one(needSince / 1000),
    ),
    gauge(
      'kured_host_last_reboot_seconds',
      'When this node was last rebooted by kured-host, in seconds since 1970; absent where it never was.',
      lastReboot === null ? [] : one(lastReboot / 1000),
    ),
  ];
}

/** Every phase from the start on, so that the first stay in it is seen as a rise. */
function attemptFamilies({ phaseTimes, outcomes: counts, podsLeft, delayLeft }: MetricsInput): readonly Family[] {
  const times = phaseNames.map(
    (phase) => phaseTimes.find((time) => time.phase === phase) ?? { phase, seconds: 0, entered: 0 },
  );
  return [
    {
      name: 'kured_host_phase_seconds_total',
      type: 'counter',
      help: 'Seconds in each phase since the start of the service, the stay that lasts included.',
      samples: times.map(({ phase, seconds }) => ({ labels: { phase }, value: seconds })),
    },
    {
      name: 'kured_host_phase_entries_total',
      type: 'counter',
      help: 'How often each phase was entered since the start of the service.',
      samples: times.map(({ phase, entered }) => ({ labels: { phase }, value: entered })),
    },
    {
      name: 'kured_host_attempts_total',
      type: 'counter',
      help: 'How far attempts to reboot came, counted over restarts and reboots.',
      samples: outcomes.map((outcome) => ({ labels: { outcome }, value: counts[outcome] })),
    },
    gauge(
      'kured_host_drain_pods_left',
      'How many pods the drain still waits for; absent while none goes on.',
      podsLeft === null ? [] : one(podsLeft),
    ),
    gauge(
      'kured_host_delay_left_seconds',
      'How long the delay before the eviction, the reboot or the release still lasts; absent while none runs.',
      delayLeft === null ? [] : one(delayLeft),
    ),
  ];
}

function windowFamilies({ window }: MetricsInput): readonly Family[] {
  return [
    gauge(
      'kured_host_window_open',
      'Whether a maintenance window is open, or none is configured; absent while that cannot be told.',
      window === null ? [] : one(flag(window.open)),
    ),
    gauge(
      'kured_host_window_edge_seconds',
      'When the window opens or closes next, in seconds since 1970; absent where it never does.',
      window === null || window.edge === null ? [] : one(window.edge / 1000),
    ),
  ];
}

function phaseFamilies({ observes, phase, phaseSince, reasons, stuck }: MetricsInput): readonly Family[] {
  return [
    gauge(
      'kured_host_observe_only',
      'Whether this node only observes (mode: observe) and so never reboots.',
      one(flag(observes)),
    ),
    gauge(
      'kured_host_phase',
      'The phase this node is in: 1 for that one, 0 for all others.',
      phaseNames.map((name) => ({ labels: { phase: name }, value: flag(name === phase) })),
    ),
    gauge('kured_host_phase_since_seconds', 'When the phase began, in seconds since 1970.', one(phaseSince / 1000)),
    gauge(
      'kured_host_reason',
      'Why nothing goes on right now: 1 for each reason there is.',
      [...new Set(reasons)].map((code) => ({ labels: { code }, value: 1 })),
    ),
    gauge('kured_host_stuck', 'Whether a person is needed before anything goes on.', one(flag(stuck))),
  ];
}

function leaseFamilies({ lease, pool }: MetricsInput): readonly Family[] {
  const info = gauge(
    'kured_host_lease_info',
    'The Lease this node takes its turn through; always 1.',
    pool === null ? [] : [{ labels: { lease: pool }, value: 1 }],
  );
  if (lease === null) return [info];
  const { holders, holds, limit, queueLength, place } = lease;
  return [
    info,
    gauge('kured_host_holders', 'How many nodes held the Lease when it was read last.', one(holders)),
    gauge('kured_host_holder', 'Whether this node held the Lease when it was read last.', one(flag(holds))),
    gauge('kured_host_holders_limit', 'How many nodes may hold the Lease at once.', one(limit)),
    gauge('kured_host_queue_length', 'How many nodes wait in the queue of the Lease.', one(queueLength)),
    gauge(
      'kured_host_queue_place',
      'The place of this node in the queue; absent when it is not in it.',
      place === null ? [] : one(place),
    ),
  ];
}

function serviceFamilies(input: MetricsInput): readonly Family[] {
  return [
    gauge(
      'kured_host_configuration_refused',
      'Whether the configuration on disk was refused, so that the one from before holds.',
      one(flag(input.refused)),
    ),
    requests(input),
    notices(input),
    build(input),
  ];
}

function requests({ requests: counts }: MetricsInput): Family {
  return {
    name: 'kured_host_api_requests_total',
    type: 'counter',
    help: 'Requests to the API server since the start of the service.',
    samples: bounded(counts).map(({ verb, outcome, count }) => ({ labels: { verb, outcome }, value: count })),
  };
}

/** All of them from the start on, so that the first error is seen as a rise. */
function notices({ notices: counts }: MetricsInput): Family {
  return {
    name: 'kured_host_notifications_total',
    type: 'counter',
    help: 'Messages to people since the start of the service: sent, tries that failed, and messages that were given up.',
    samples: noticeOutcomes.map((outcome) => ({ labels: { outcome }, value: counts[outcome] })),
  };
}

function build({ build: { version, revision, node } }: MetricsInput): Family {
  const samples = [{ labels: { version, revision, node_version: node }, value: 1 }];
  return gauge('kured_host_build_info', 'What this service was built from; always 1.', samples);
}

const phases: Readonly<Record<PhaseName, true>> = {
  recovering: true,
  idle: true,
  waiting: true,
  queued: true,
  draining: true,
  rebooting: true,
  verifying: true,
  restoring: true,
  'backing-out': true,
  stopped: true,
};
const phaseNames = Object.keys(phases) as readonly PhaseName[];

const mostRequestSeries = 64;

/** Should the lists ever grow beyond the bound, the rest is one series: a sum over all stays right. */
function bounded(counts: readonly RequestCount[]): readonly RequestCount[] {
  if (counts.length <= mostRequestSeries) return counts;
  const rest = counts.slice(mostRequestSeries - 1).reduce((sum, { count }) => sum + count, 0);
  return [...counts.slice(0, mostRequestSeries - 1), { verb: 'other', outcome: 'other', count: rest }];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'gauge', help, samples };
}

function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

function flag(is: boolean): number {
  return is ? 1 : 0;
}
