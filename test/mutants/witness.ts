import type { Importers } from '../../scripts/imports.ts';
import type { Mutant } from './mutant.ts';

/** What a witness says of one mutant. `by`: the test, the law or the seed that told. `bad`: the row or the witness is wrong. */
export type Verdict =
  | { readonly is: 'caught'; readonly by: string }
  | { readonly is: 'missed' }
  | { readonly is: 'bad'; readonly why: string };

/** A tree with a mutant in it, one without, and what is known of both. */
export interface Asked {
  readonly mutant: Mutant;
  readonly root: string;
  readonly clean: string;
  readonly files: readonly string[];
  readonly importers: Importers;
  /** Milliseconds. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Somebody who may notice a breach. */
export interface Witness {
  readonly name: string;
  /** Folders that its verdict rests on, beside the code: a change in them asks it again. */
  readonly restsOn: readonly string[];
  /** The file that it runs, so that it is only asked about code that this file has a part in; null: the tests. */
  readonly program: string | null;
  /** Milliseconds that it gets for one mutant; what it has not noticed by then it has missed. */
  readonly limit: number;
  ask(asked: Asked): Promise<Verdict>;
}
