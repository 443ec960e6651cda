import { distances, type Importers } from '../../scripts/imports.ts';
import type { Mutant } from './mutant.ts';

/** Neither a control plane, nor a systemd, nor packages; and not the other witnesses, which are asked by themselves. */
const elsewhere =
  /-(?:real|host|package)\.test\.ts$|^test\/(?:model|simulation|mutants|cluster|bench|build|packaging)\//;

/**
 * The test files that reach what a mutant changes, the nearest first: those that its row names, the rings in their order,
 * and within a ring by how many imports lie between.
 */
export function nearestTests(mutant: Mutant, files: readonly string[], importers: Importers): readonly string[] {
  const far = distances(
    mutant.cuts.map(({ file }) => file),
    importers,
  );
  const asked = mutant.ask ?? [];
  const key = (file: string): number => {
    const named = asked.indexOf(file);
    return named === -1 ? 1_000 * (1 + ring(file, mutant)) + (far.get(file) ?? 0) : named;
  };
  const tests = files.filter((file) => file.endsWith('.test.ts') && !elsewhere.test(file));
  return tests
    .filter((file) => far.has(file) || asked.includes(file))
    .toSorted((one, other) => key(one) - key(other) || (one < other ? -1 : 1));
}

/** Its own room, what is fast, other rooms, whole fleets. */
function ring(file: string, { cuts }: Mutant): number {
  const room = /^test\/([^/]+)\//.exec(file)?.[1] ?? '';
  if (cuts.some((cut) => cut.file.startsWith(`src/${room}/`))) return 0;
  if (room === 'core') return 1;
  return room === 'fleet' ? 3 : 2;
}
