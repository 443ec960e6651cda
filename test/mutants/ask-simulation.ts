import { runProgram } from './ask-program.ts';
import type { Asked, Verdict, Witness } from './witness.ts';

const program = 'test/mutants/simulation-program.ts';
/** Seconds of processor that one seed may take beyond its time. */
const grace = 90;

/** Whole fleets under every fault, for so many seconds of processor. A seed that breaks a law without the mutant as well says nothing of it. */
export function simulation(seconds: number): Witness {
  return {
    name: 'simulation',
    restsOn: ['test/simulation', 'test/observer', 'test/fakes', 'test/fleet', 'test/core', program],
    program,
    limit: 1_800_000,
    async ask(asked) {
      let left = seconds;
      for (let from = 1; left > 0 && !asked.signal.aborted; ) {
        const { verdict, seed, used } = await simulate(asked.root, { FROM: `${from}` }, left, asked);
        if (verdict.is !== 'caught') return verdict;
        const without = await simulate(asked.clean, { FROM: `${seed}`, SEEDS: '1' }, seconds, asked);
        if (without.verdict.is !== 'caught') return verdict;
        from = seed + 1;
        left -= used;
      }
      return { is: 'missed' };
    },
  };
}

interface Simulated {
  readonly verdict: Verdict;
  /** The last one that was begun. */
  readonly seed: number;
  /** Seconds of processor. */
  readonly used: number;
}

async function simulate(
  root: string,
  seeds: Readonly<Record<string, string>>,
  seconds: number,
  asked: Asked,
): Promise<Simulated> {
  const environment = { ...seeds, SECONDS: `${seconds}` };
  const { verdict, lines } = await runProgram(program, { ...asked, root }, Math.ceil(seconds) + grace, environment);
  const seed = lastOf(lines, 'begins: SEED=') ?? 0;
  // One that was ended has used up all it had.
  const used = lastOf(lines, 'used: ') ?? seconds;
  const unnamed = verdict.is === 'caught' && !verdict.by.includes('SEED=');
  return { verdict: unnamed ? { ...verdict, by: `${verdict.by} (SEED=${seed})` } : verdict, seed, used };
}

function lastOf(lines: readonly string[], begin: string): number | null {
  const line = lines.findLast((one) => one.startsWith(begin));
  return line === undefined ? null : Number(line.slice(begin.length));
}
