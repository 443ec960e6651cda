import type { Answer } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import type { Permission } from '../core/permission.ts';

/** Something that can need a reboot. */
export interface NeedSource {
  readonly name: string;
  /** Milliseconds that a look may take; after that it is unknown. Absent: half a minute. */
  readonly longest?: number;
  /** Looks now. Yes with the need, no, or unknown with the reason; an error is never no. Bounded by the signal. */
  look(signal: AbortSignal): Promise<Answer<Need>>;
  /** Calls `hint` whenever a new look may tell something else, until the signal is aborted; a hint is never the truth. */
  watch(hint: () => void, signal: AbortSignal): void;
}

/** `asOf`: since when (monotonic) something in it has not been looked at again; only one that takes long has to say that. */
export type DatedPermission = Permission & { readonly asOf?: number };

/** Something that can refuse a reboot. */
export interface PermissionSource {
  readonly name: string;
  /**
   * Milliseconds that it may take to answer; after that it is unknown. Such an answer counts as of its end, or as of when it
   * says itself, and the others are asked again after it. Absent: 8 s.
   */
  readonly longest?: number | undefined;
  /**
   * Asks now: allowed, refused with every reason, or unknown with every reason (which refuses). Bounded by the signal.
   * `needSince`: since when the need waits, milliseconds since 1970 by this node's clock; null: not known, or there is none.
   */
  ask(signal: AbortSignal, needSince?: number | null): Promise<DatedPermission>;
  /** Told after each of the daemon's questions what everybody else said to it together. */
  heard?(others: Permission): void;
  /** Since when what it said last against a reboot has been so, milliseconds since 1970; null: that cannot be told. */
  since?(): number | null;
  /** Calls `hint` whenever the answer may have become another, until the signal is aborted. */
  watch(hint: () => void, signal: AbortSignal): void;
}
