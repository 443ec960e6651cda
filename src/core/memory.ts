/** What is kept over restarts of the service and only costs time when lost. Times are this node's wall clock, milliseconds since 1970. */
export interface Memory {
  /** Back-outs in a row and when the next try may be. */
  readonly backOff: { readonly failures: number; readonly until: number } | null;
  /** Since when which need waits. */
  readonly waiting: { readonly fingerprint: string; readonly since: number } | null;
}

export const emptyMemory: Memory = { backOff: null, waiting: null };
