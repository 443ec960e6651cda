import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../scripts/cache.ts';
import type { Mutant } from './mutant.ts';
import type { Asked, Verdict, Witness } from './witness.ts';

/** A verdict, and how long the witness took. */
export interface Result {
  readonly verdict: Verdict;
  readonly seconds: number;
}

/** Verdicts that were had before, so that a run that was broken off goes on. Each rests on the mutant, the code and the witness's folders. */
export class Results {
  readonly #folder: string;
  readonly #sums = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The one of before, else the one of now, which is kept. A run that is broken off keeps nothing. */
  async of(witness: Witness, asked: Asked): Promise<Result> {
    const file = join(this.#folder, `${hashOf(witness.name, textOf(asked.mutant), this.#sumOf(witness, asked))}.json`);
    const before = kept(file);
    if (before !== null) return before;
    const began = performance.now();
    const verdict = await witness.ask(asked);
    const result = { verdict, seconds: (performance.now() - began) / 1000 };
    if (!asked.signal.aborted && verdict.is !== 'bad') writeFileSync(file, JSON.stringify(result));
    return result;
  }

  /** Of everything the verdict rests on, as it is without the mutant. */
  #sumOf({ name, restsOn }: Witness, { clean, files }: Asked): string {
    const known = this.#sums.get(name);
    if (known !== undefined) return known;
    const of = ['src', ...restsOn];
    // Other rows, and the page about them, change nothing for this one; a program of ours is named.
    const others = (file: string): boolean => file.startsWith('test/mutants/') || file === 'docs/mutants.md';
    const parts = files.filter((file) =>
      of.some((one) => file === one || (file.startsWith(`${one}/`) && !others(file))),
    );
    const sum = hashOf(...parts.flatMap((file) => [file, readFileSync(join(clean, file))]));
    this.#sums.set(name, sum);
    return sum;
  }
}

function textOf({ cuts, ask }: Mutant): string {
  return JSON.stringify([cuts, ask ?? []]);
}

function kept(file: string): Result | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Result;
  } catch {
    return null;
  }
}
