/**
 * What follows from an event: `phase/step | effects in their order | why it waits`. An event without a row changes nothing:
 * the phase stays, nothing is done, and the same is waited for.
 */
export type Rows = Readonly<Record<string, string>>;

/**
 * The table of one phase: what each of its ways (steps, where it has some) looks like while it waits, and what follows from
 * the events that can come then. `always` holds for every way that has no row of its own.
 */
export interface Table<Way extends string> {
  readonly always: Rows;
  readonly ways: { readonly [Name in Way]: { readonly waits: string; readonly rows: Rows } };
}
