import type { ClaimNote } from './mark-text.ts';

/**
 * What is kept over restarts of the service and may be lost: that costs time, and one reboot more where a person has also taken the
 * mark off a node that went down. Times are this node's wall clock, milliseconds since 1970.
 */
export interface Memory {
  /** Back-outs in a row and when the next try may be. */
  readonly backOff: { readonly failures: number; readonly until: number } | null;
  /** Since when which need waits. */
  readonly waiting: { readonly fingerprint: string; readonly since: number } | null;
  /** The last fence of this machine, until its claim is given back: the proof of its reboot where the mark was taken off meanwhile. */
  readonly fenced: ClaimNote | null;
}

export const emptyMemory: Memory = { backOff: null, waiting: null, fenced: null };
