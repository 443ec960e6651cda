import { watchProgram } from './program.ts';
import type { Witness } from './witness.ts';

/** A breach that the compiler refuses never ships, so nobody needs to see it: such a row is a bad one. It is no witness, and catches nothing. */
export function types(): Witness {
  const tsc = 'node_modules/typescript/bin/tsc';
  // What a cut leaves unused is no error of the breach.
  const options = ['-p', '.', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false', '--pretty', 'false'];
  return {
    name: 'types',
    restsOn: ['tsconfig.json'],
    program: null,
    limit: 600_000,
    async ask({ root, limit, signal }) {
      const argv = [process.execPath, tsc, ...options];
      const ran = await watchProgram({ argv, cwd: root, limit, enough: () => false, signal });
      if (ran.is === 'ended' && ran.code === 0) return { is: 'missed' };
      const error = ran.lines.find((line) => line.includes('error TS')) ?? ran.lines[0] ?? 'it did not end in time';
      return { is: 'bad', why: `the compiler refuses it: ${error}` };
    },
  };
}
