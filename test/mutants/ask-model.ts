import { runProgram } from './ask-program.ts';
import type { Verdict, Witness } from './witness.ts';

const program = 'test/mutants/model-program.ts';
/** Seconds of processor; the sound code needs about half. */
const cpu = 300;

/** Every order of the steps and faults of one node, and of two without a fault. A model that is broken without a mutant says nothing. */
export function model(): Witness {
  let clean: Promise<Verdict> | null = null;
  return {
    name: 'model',
    restsOn: ['test/model', 'test/core', program],
    program,
    limit: 3_600_000,
    async ask(asked) {
      const { verdict, ended } = await runProgram(program, asked, cpu);
      // A breach may make the states so many that they are not seen in time; that is no law broken.
      if (!ended) return { is: 'missed' };
      if (verdict.is !== 'caught') return verdict;
      clean ??= runProgram(program, { ...asked, root: asked.clean }, cpu).then((ran) => ran.verdict);
      const without = await clean;
      if (without.is === 'missed') return verdict;
      return {
        is: 'bad',
        why: `the model is broken without the mutant: ${'by' in without ? without.by : without.why}`,
      };
    },
  };
}
