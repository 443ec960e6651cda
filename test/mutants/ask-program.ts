import { watchProgram } from './program.ts';
import type { Asked, Verdict } from './witness.ts';

export interface Said {
  readonly verdict: Verdict;
  /** By itself, and not because its time was used up. */
  readonly ended: boolean;
  readonly lines: readonly string[];
}

/**
 * Asks a program that ends with 0 when no law was broken, and else says which in a line that begins with `broken: `. `cpu`: the
 * seconds of processor that it may take, which is more than it needs for sound code; one that does not end has met what never ends.
 */
export async function runProgram(
  program: string,
  { root, limit, signal }: Pick<Asked, 'root' | 'limit' | 'signal'>,
  cpu: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = `ulimit -t ${cpu} && exec env ${set.join(' ')} "$0" --disable-warning=ExperimentalWarning ${program}`;
  const argv = ['sh', '-c', command, process.execPath];
  const ran = await watchProgram({ argv, cwd: root, limit, enough: () => false, signal });
  const late: Verdict = { is: 'bad', why: `it did not end in ${limit / 60_000} minutes` };
  if (ran.is !== 'ended') return { verdict: late, ended: false, lines: ran.lines };
  return { verdict: verdictOf(ran.code, ran.lines, cpu), ended: ran.code !== null, lines: ran.lines };
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
