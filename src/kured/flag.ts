/** How pflag reads a flag's value. */
export type FlagType = 'bool' | 'duration' | 'int' | 'regexp' | 'string' | 'stringArray' | 'stringSlice';

/** One flag of kured and what answers it here. */
export interface KuredFlag {
  readonly name: string;
  readonly type: FlagType;
  /** What holds without it. */
  readonly usual: string;
  /** Our keys that say the same; none: `note` says why. */
  readonly ours: readonly string[];
  /** What differs, or why nothing answers it. */
  readonly note: string;
}
