import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One deliberate breach of the shipped code. Something has to notice it: the tests, the model or the simulation. */
export interface Mutant {
  /** The breach, as an operator would tell it; no two have the same. */
  readonly name: string;
  /** The law (docs/mutants.md) or the rule that it undoes. */
  readonly undoes: string;
  /** More than one where a second guard stands behind the first: both are taken away together. */
  readonly cuts: readonly Cut[];
  /** Test files that are asked before all others. */
  readonly ask?: readonly string[];
  /** Why several cuts, or why one of the witnesses cannot see it. */
  readonly because?: string;
}

export interface Cut {
  readonly file: string;
  /** The text that goes; it stands in the file once. */
  readonly takes: string;
  readonly puts: string;
}

/** A row that no longer fits the code: it says nothing until somebody brings it up to date. */
export class OutOfDate extends Error {}

/** The files as they are with the breach in them. Throws `OutOfDate` where a text is not there, or not once. */
export function mutated(mutant: Mutant, root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { file, takes, puts } of mutant.cuts) {
    const before = files.get(file) ?? read(join(root, file), mutant, file);
    const found = before.split(takes).length - 1;
    if (found !== 1) {
      const where = found === 0 ? 'does not stand in' : `stands ${found} times in`;
      throw new OutOfDate(`"${mutant.name}" is to be brought up to date: its text ${where} ${file}:\n${takes}`);
    }
    files.set(
      file,
      before.replace(takes, () => puts),
    );
  }
  return files;
}

function read(path: string, { name }: Mutant, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new OutOfDate(`"${name}" is to be brought up to date: there is no ${file}`);
  }
}
