import { programWitness } from './ask-program.ts';
import type { Witness } from './witness.ts';

/** Every order of the steps and faults of one node, and of two without a fault. */
export function model(): Witness {
  return programWitness('model', 'test/mutants/model-program.ts', ['test/model', 'test/core'], 240);
}
