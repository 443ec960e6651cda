import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Who imports a file, by paths from the root. */
export type Importers = ReadonlyMap<string, readonly string[]>;

/** The imports among these files, turned round. */
export function importersIn(root: string, files: readonly string[]): Importers {
  const importers = new Map<string, string[]>();
  for (const file of files.filter((one) => one.endsWith('.ts'))) {
    for (const imported of importsOf(readFileSync(join(root, file), 'utf8'))) {
      const target = normalize(join(dirname(file), imported));
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

function importsOf(text: string): readonly string[] {
  const imports = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g);
  return [...imports].map(([, path = '']) => path);
}
