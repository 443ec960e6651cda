import type { Answer } from '../core/answer.ts';
import type { NoticeOutcome } from '../core/notice.ts';
import type { PhaseName } from '../core/phases/state.ts';
import type { ReasonCode } from '../core/reasons.ts';

/** Everything the metrics are made from, at one moment. */
export interface MetricsInput {
  /** The Node's name; null while it is not known. */
  readonly node: string | null;
  /** Whether a reboot is needed. */
  readonly need: Answer<unknown>['is'];
  /** This node only observes. */
  readonly observes: boolean;
  readonly phase: PhaseName;
  /** When the phase began, in milliseconds since 1970. */
  readonly phaseSince: number;
  /** Why nothing goes on right now. */
  readonly reasons: readonly ReasonCode[];
  /** A person is needed. */
  readonly stuck: boolean;
  /** The Lease this node takes its turn through, as NAMESPACE/NAME; null while there is no cluster to speak of. */
  readonly pool: string | null;
  /** When this node was last rebooted by us, in milliseconds since 1970; null when it is not known. */
  readonly lastReboot: number | null;
  /** The configuration on disk was refused, and the one from before holds. */
  readonly refused: boolean;
  /** What the Lease showed last; null while it was not read, or cannot be. */
  readonly lease: LeaseNumbers | null;
  /** Since when a need waits, in milliseconds since 1970; null: there is none, or it is not known. */
  readonly needSince: number | null;
  /** The maintenance windows; null while they cannot be told. */
  readonly window: WindowNow | null;
  /** How many pods a drain still waits for; null: none drains, or it is not known. */
  readonly podsLeft: number | null;
  /** Seconds that a delay around the drain still lasts; null: none runs. */
  readonly delayLeft: number | null;
  readonly phaseTimes: readonly PhaseTime[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly requests: readonly RequestCount[];
  /** Of messages to people, since the start of the process. */
  readonly notices: Readonly<Record<NoticeOutcome, number>>;
  readonly build: { readonly version: string; readonly revision: string; readonly node: string };
}

export interface WindowNow {
  readonly open: boolean;
  /** When that becomes otherwise, in milliseconds since 1970; null: it does not, as far as can be seen. */
  readonly edge: number | null;
}

/** One phase since the start of the process, a stay that lasts included. */
export interface PhaseTime {
  readonly phase: PhaseName;
  readonly seconds: number;
  readonly entered: number;
}

/** How far attempts to reboot come. */
export const outcomes = [
  'claimed',
  'drained',
  'reboot-asked',
  'reboot-refused',
  'rebooted',
  'backed-out',
  'stuck',
] as const;
export type Outcome = (typeof outcomes)[number];

export interface LeaseNumbers {
  readonly holders: number;
  /** This node is one of them. */
  readonly holds: boolean;
  readonly limit: number;
  readonly queueLength: number;
  /** 1 is the head of the queue; null: not in it. */
  readonly place: number | null;
}

/** Requests to the API server since the start of the process. Both words come from closed lists. */
export interface RequestCount {
  readonly verb: string;
  readonly outcome: string;
  readonly count: number;
}
