import { distances, type Importers, importersIn } from '../../scripts/imports.ts';
import { type Mutant, mutated, OutOfDate } from './mutant.ts';
import type { Result, Results } from './results.ts';
import { filesOf, Tree } from './tree.ts';
import type { Asked, Witness } from './witness.ts';

/** What became of one mutant. */
export interface Judged {
  readonly mutant: Mutant;
  /** By the witness's name; who was not asked is left out. */
  readonly results: ReadonlyMap<string, Result>;
  /** Why the row says nothing; null: it does. */
  readonly bad: string | null;
}

export interface RunOptions {
  readonly checkout: string;
  readonly mutants: readonly Mutant[];
  readonly witnesses: readonly Witness[];
  readonly results: Results;
  /** How many mutants are tried at once. */
  readonly jobs: number;
  /** The first witness that catches it is enough. */
  readonly first: boolean;
  /** Who looks whether the compiler takes it; null: nobody. */
  readonly types: Witness | null;
  readonly judged: (one: Judged) => void;
  readonly signal: AbortSignal;
}

/** Tries every mutant in a copy of the working tree; in the order of the rows. */
export async function runMutants(options: RunOptions): Promise<readonly Judged[]> {
  const { checkout, mutants, jobs, signal } = options;
  const files = filesOf(checkout);
  const importers = importersIn(checkout, files);
  using clean = Tree.copyOf(checkout);
  const found = new Map<Mutant, Judged>();
  const open = [...mutants];
  const lane = async (): Promise<void> => {
    using tree = Tree.copyOf(checkout);
    for (let mutant = open.shift(); mutant !== undefined && !signal.aborted; mutant = open.shift()) {
      const judged = await judge(mutant, tree, { clean: clean.root, files, importers }, options);
      if (signal.aborted) return;
      found.set(mutant, judged);
      options.judged(judged);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return mutants.flatMap((mutant) => found.get(mutant) ?? []);
}

type Known = Pick<Asked, 'clean' | 'files' | 'importers'>;

async function judge(mutant: Mutant, tree: Tree, known: Known, options: RunOptions): Promise<Judged> {
  try {
    mutated(mutant, tree.root);
    return await tree.with(mutant, (root) => askAll(mutant, root, known, options));
  } catch (error) {
    if (error instanceof OutOfDate) return { mutant, results: new Map(), bad: error.message };
    throw error;
  }
}

async function askAll(mutant: Mutant, root: string, known: Known, options: RunOptions): Promise<Judged> {
  const { witnesses, results, first, types, signal } = options;
  const found = new Map<string, Result>();
  const asked = { mutant, root, ...known, signal };
  const compiled = types === null ? null : await results.of(types, { ...asked, limit: types.limit });
  if (compiled?.verdict.is === 'bad') return { mutant, results: found, bad: compiled.verdict.why };
  for (const witness of witnesses) {
    if (!reaches(witness, mutant, known.importers)) continue;
    const result = await results.of(witness, { ...asked, limit: witness.limit });
    if (result.verdict.is === 'bad') return { mutant, results: found, bad: `${witness.name}: ${result.verdict.why}` };
    found.set(witness.name, result);
    if (first && result.verdict.is === 'caught') break;
  }
  return { mutant, results: found, bad: null };
}

/** A witness that has no part of what is changed cannot see it, and is not asked. */
function reaches({ program }: Witness, { cuts }: Mutant, importers: Importers): boolean {
  return (
    program === null ||
    distances(
      cuts.map(({ file }) => file),
      importers,
    ).has(program)
  );
}
