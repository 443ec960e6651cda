import { watchProgram } from './program.ts';
import type { Verdict, Witness } from './witness.ts';

/**
 * A witness that is a program: it ends with 0 when no law was broken, and else says which in a line that begins with `broken: `. `cpu`: the
 * seconds of processor that it may take, which is more than it needs for sound code; one that does not end has met what never ends.
 */
export function programWitness(name: string, program: string, restsOn: readonly string[], cpu: number): Witness {
  return {
    name,
    restsOn: [...restsOn, program],
    program,
    limit: 1_800_000,
    async ask({ root, limit, signal }) {
      const command = `ulimit -t ${cpu} && exec "$0" --disable-warning=ExperimentalWarning ${program}`;
      const argv = ['sh', '-c', command, process.execPath];
      const ran = await watchProgram({ argv, cwd: root, limit, enough: () => false, signal });
      if (ran.is !== 'ended') return { is: 'bad', why: `it did not end in ${limit / 60_000} minutes` };
      return verdictOf(ran.code, ran.lines, cpu);
    },
  };
}

/** What its end says; it is killed (no code) when its time is used up. */
export function verdictOf(code: number | null, lines: readonly string[], cpu: number): Verdict {
  if (code === 0) return { is: 'missed' };
  if (code === null) return { is: 'caught', by: `it does not come to an end in ${cpu} s` };
  const told = lines.find((line) => line.startsWith('broken: '));
  if (told !== undefined) return { is: 'caught', by: told.slice('broken: '.length) };
  // A decision that throws is a breach as well; that a module cannot be loaded is a defect of the row or of the rig.
  const thrown = lines.find((line) => /^\s*(?:Uncaught )?\w*Error\b/.test(line));
  return thrown === undefined || thrown.includes('SyntaxError')
    ? { is: 'bad', why: `it ended with ${code}: ${lines.slice(-3).join(' ')}` }
    : { is: 'caught', by: thrown.trim() };
}
