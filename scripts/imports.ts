import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Who imports a file, by paths from the root. */
export type Importers = ReadonlyMap<string, readonly string[]>;

/** The imports among these files, turned round. */
export function importersIn(root: string, files: readonly string[]): Importers {
  const importers = new Map<string, string[]>();
  for (const file of files.filter((one) => one.endsWith('.ts'))) {
    for (const target of importsIn(root, file)) {
      importers.set(target, [...(importers.get(target) ?? []), file]);
    }
  }
  return importers;
}

/** How many imports lie between a file and the nearest of the changed ones; a file that is in no such chain is left out. */
export function distances(changed: readonly string[], importers: Importers): ReadonlyMap<string, number> {
  const found = new Map(changed.map((file) => [file, 0]));
  const open = [...changed];
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    for (const next of importers.get(file) ?? []) {
      if (found.has(next)) continue;
      found.set(next, (found.get(file) ?? 0) + 1);
      open.push(next);
    }
  }
  return found;
}

/** The files by paths from the root, and all that they import, and what those do, in the order of their names. */
export function withImports(root: string, files: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open = [...files];
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    if (found.has(file)) continue;
    found.add(file);
    open.push(...importsIn(root, file));
  }
  return [...found].sort();
}

function importsIn(root: string, file: string): readonly string[] {
  return importsOf(readFileSync(join(root, file), 'utf8')).map((imported) => normalize(join(dirname(file), imported)));
}

function importsOf(text: string): readonly string[] {
  const imports = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g);
  return [...imports].map(([, path = '']) => path);
}
