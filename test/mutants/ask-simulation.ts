import { programWitness } from './ask-program.ts';
import type { Witness } from './witness.ts';

/** Whole fleets under every fault, a minute of them. */
export function simulation(): Witness {
  const restsOn = ['test/simulation', 'test/observer', 'test/fakes', 'test/fleet', 'test/core'];
  return programWitness('simulation', 'test/mutants/simulation-program.ts', restsOn, 150);
}
