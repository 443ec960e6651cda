/**
 * `make simulate`: whole fleets under every fault, in virtual time.
 *
 * RUNS=1000 seeds more, or as many as MINUTES=30 has time for, in JOBS= processes; the figures of all calls of the same code are
 * added up. FROM=12001 begins there, and is counted for itself: so a long run is shared among machines. NODES=3 and FAULTS="kill power=10" (times their rates) fix those of each seed. SEED=17 runs one seed again, PLAN='…' one plan; a broken
 * law is shrunk in at most SHRINK=500 runs, and TIMELINE=all shows all of its events.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Ledger, unbegun } from './ledger.ts';
import { simulateMany } from './many.ts';
import { simulateOne } from './one.ts';
import { type Options, optionsFrom } from './options.ts';
import { planOf } from './plan-of.ts';
import { Simulator } from './simulator.ts';
import { lockStanding, readStanding, standingPath, writeStanding } from './standing-file.ts';
import { totalsText } from './totals.ts';

const making = { module: new URL('./simulate.ts', import.meta.url).href, patience: 300 };
const now = (): number => performance.now() / 1_000;
const said = (line: string): void => console.log(line);

const options = optionsOrExit();
process.exitCode = (await (options.do === 'one' ? one(options) : many(options))) ? 0 : 1;

async function one({ plan, lines, shrinkRuns }: Extract<Options, { do: 'one' }>): Promise<boolean> {
  await using simulator = new Simulator(making);
  return await simulateOne(plan, { simulate: (tried) => simulator.run(tried), said, lines, shrinkRuns, now });
}

async function many({ from, runs, minutes, jobs, fixed }: Extract<Options, { do: 'many' }>): Promise<boolean> {
  const path = standingPath(JSON.stringify({ from, ...fixed }));
  mkdirSync(dirname(path), { recursive: true });
  if (!(await lockStanding(path)))
    exit(75, `another process adds to ${path}: wait for it, or give another XDG_CACHE_HOME`);
  const ledger = new Ledger(readStanding(path) ?? unbegun(from));
  await using simulators = new AsyncDisposableStack();
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopped.abort();
      void simulators.disposeAsync();
    });
  }
  const { next } = ledger.standing;
  said(`${Number.isFinite(runs) ? `${runs} seeds` : `${minutes} minutes`} from SEED=${next} on, in ${jobs} processes`);
  await simulateMany(ledger, {
    runs,
    // A timer would keep the process; and no timer is as long as "no limit" is.
    enough: Number.isFinite(minutes) ? AbortSignal.timeout(minutes * 60_000) : new AbortController().signal,
    stopped: stopped.signal,
    planOf: (seed) => planOf(seed, fixed),
    simulators: Array.from({ length: jobs }, () => simulators.use(new Simulator(making))),
    save: (standing) => writeStanding(path, standing),
    said,
    now,
  });
  const { totals, wall } = ledger.standing;
  said(`\nof all calls with this code (${path}):\n${totalsText(totals, wall)}`);
  return totals.broken.length === 0;
}

function optionsOrExit(): Options {
  try {
    return optionsFrom(process.env, availableParallelism());
  } catch (error) {
    return exit(64, error instanceof Error ? error.message : String(error));
  }
}

function exit(status: number, message: string): never {
  console.error(`simulate: ${message}`);
  process.exit(status);
}
