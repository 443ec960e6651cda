import type { FaultName } from './faults.ts';

/** One run, whole: the same plan gives the same history, event by event. */
export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  readonly concurrency: number;
  /** For how long faults strike, in milliseconds of virtual time; after that the world heals, and everything has to come to rest. */
  readonly duration: number;
  /** How often each fault strikes, in the unit of its row (`faults.ts`); one that is left out never does. */
  readonly rates: Rates;
  /** Null: whatever the seed brings. Else no strike but these happens: a failing run is shrunk by taking from them. */
  readonly only: readonly string[] | null;
}

export type Rates = { readonly [name in FaultName]?: number };

/** What became of a run. */
export interface Outcome {
  /** The first broken law; null: none. */
  readonly broken: Broken | null;
  /** Reboots that this product asked for and that happened. */
  readonly reboots: number;
  /** The strikes that happened, in order: what a plan's `only` can name. */
  readonly strikes: readonly string[];
  /** Requests that reached the API server. */
  readonly requests: number;
  /** Virtual milliseconds. */
  readonly lasted: number;
  /** What happened, one line an event in its order, for people. */
  readonly timeline: readonly string[];
}

export interface Broken {
  /** The law in a sentence, with who broke it. */
  readonly law: string;
  /** Virtual milliseconds since the run began. */
  readonly at: number;
}
