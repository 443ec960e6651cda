import type { Answer } from '../core/answer.ts';
import type { PhaseName } from '../core/phases/state.ts';
import type { ReasonCode } from '../core/reasons.ts';

/** Everything the metrics are made from, at one moment. */
export interface MetricsInput {
  /** The Node's name; null while it is not known. */
  readonly node: string | null;
  /** Whether a reboot is needed. */
  readonly need: Answer<unknown>['is'];
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
  readonly requests: readonly RequestCount[];
  readonly build: { readonly version: string; readonly revision: string; readonly node: string };
}

export interface LeaseNumbers {
  readonly holders: number;
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
