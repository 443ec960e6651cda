/** One reason as a person reads it. */
export interface ReasonRow {
  /** The sentence; `{name}` stands for a detail. */
  readonly sentence: string;
  /** What a person can do; empty where waiting is all there is to do. */
  readonly remedy: string;
}

export type ReasonRows = Readonly<Record<string, ReasonRow>>;
