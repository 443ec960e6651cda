import type { NoticeOutcome } from '../core/notice.ts';
import { type Reason, type ReasonCode, reasonCodes } from '../core/reasons.ts';
import type { Status } from '../core/status.ts';
import type { CallCounter } from '../kubernetes/transport.ts';
import { metricsPage } from '../metrics/families.ts';
import type { MetricsInput, RequestCount } from '../metrics/input.ts';

export interface RequestCounter extends CallCounter {
  counts(): readonly RequestCount[];
}

export function createCounter(): RequestCounter {
  const counts = new Map<string, { verb: string; outcome: string; count: number }>();
  return {
    count(verb, outcome) {
      const key = `${verb} ${outcome}`;
      const row = counts.get(key) ?? { verb, outcome, count: 0 };
      row.count += 1;
      counts.set(key, row);
    },
    counts: () => [...counts.values()],
  };
}

export interface NoticeCounter {
  count(outcome: NoticeOutcome): void;
  counts(): Readonly<Record<NoticeOutcome, number>>;
}

export function createNoticeCounter(): NoticeCounter {
  const counts = { sent: 0, failed: 0, lost: 0 };
  return {
    count(outcome) {
      counts[outcome] += 1;
    },
    counts: () => ({ ...counts }),
  };
}

export interface MetricsParts
  extends Pick<
    MetricsInput,
    'needSince' | 'window' | 'phaseTimes' | 'outcomes' | 'refused' | 'requests' | 'notices' | 'build'
  > {
  readonly status: Status | null;
  /** What is waited for while there is no daemon. */
  readonly waiting: Reason | null;
}

/** The metrics page from the status document, so that both say the same, and from what the document has no room for. */
export function metricsText({ status, waiting, ...rest }: MetricsParts): string {
  return metricsPage({
    ...rest,
    node: status?.node ?? null,
    need: status?.need.required ?? 'unknown',
    observes: status?.observes ?? false,
    phase: status?.phase ?? 'recovering',
    phaseSince: status === null ? 0 : Date.parse(status.since),
    reasons: status === null ? [waiting?.code ?? 'starting'] : reasonsOf(status),
    stuck: status !== null && status.stuck !== null,
    pool: status?.lease.name ?? null,
    lastReboot: timeOf(status?.lastReboot),
    podsLeft: status?.podsLeft ?? null,
    delayLeft: status?.delay?.secondsLeft ?? null,
    lease: status === null || status.lease.limit === null ? null : leaseNumbers(status, status.lease.limit),
  });
}

/** The reason that the sentence gives, and for a node that needs a reboot all others that permission is refused for. */
function reasonsOf({ reason, stuck, need, permission }: Status): readonly ReasonCode[] {
  const others = need.required === 'yes' && stuck === null ? permission.reasons : [];
  const told = [reason, ...others].map(({ code }) => code);
  return reasonCodes.filter((code) => told.includes(code));
}

/** The Node keeps it, where anybody may have written anything. */
function timeOf(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}

function leaseNumbers(status: Status, limit: number): NonNullable<MetricsInput['lease']> {
  const { holders, queue, place } = status.lease;
  return { holders: holders.length, holds: holders.includes(status.node), limit, queueLength: queue.length, place };
}
