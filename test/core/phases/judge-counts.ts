/** Counts of what happened, so that a run in which nothing of note happened does not pass for a proof. */
export interface Counts {
  calls: number;
  fences: number;
  claims: number;
  backOuts: number;
  restores: number;
  uncordons: number;
  releases: number;
  stuck: number;
  softReboots: number;
  observed: number;
  /** Reboots with pods left. */
  forced: number;
  standings: number;
  takeOvers: number;
}

export function noCounts(): Counts {
  const none = { calls: 0, fences: 0, claims: 0, backOuts: 0, restores: 0, uncordons: 0, releases: 0, stuck: 0 };
  return { ...none, softReboots: 0, observed: 0, forced: 0, standings: 0, takeOvers: 0 };
}
