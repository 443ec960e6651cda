/**
 * Simulates the plans of the seeds from FROM on, each for a few hours at most, for so many SECONDS of this process's own time (at most SEEDS
 * of them); ends with 1 at the first broken law and says which, and with which seed.
 */
import { planOf } from '../simulation/plan-of.ts';
import { simulate } from '../simulation/simulate.ts';

const { FROM = '1', SECONDS = '60', SEEDS = '1000000' } = process.env;
const longest = 4 * 3_600_000;

for (let seed = Number(FROM); seed < Number(FROM) + Number(SEEDS) && used() < Number(SECONDS); seed += 1) {
  // Who ends this for not coming to an end knows by this which seed it was.
  process.stdout.write(`begins: SEED=${seed}\n`);
  const plan = planOf(seed);
  const { broken } = await simulate({ ...plan, duration: Math.min(plan.duration, longest) });
  if (broken === null) continue;
  process.stdout.write(`broken: ${broken.law} (SEED=${seed})\n`);
  process.exitCode = 1;
  break;
}
process.stdout.write(`used: ${used()}\n`);

/** Seconds; of the machine's time others may take as much as they like. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
