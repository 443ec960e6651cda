/**
 * Simulates the plans of the seeds from 1 on, each for a few hours at most, for a minute of this process's own time; ends with 1
 * at the first broken law and says which, and with which seed.
 */
import { planOf } from '../simulation/plan-of.ts';
import { simulate } from '../simulation/simulate.ts';

const minute = 60_000_000;
const longest = 4 * 3_600_000;

for (let seed = 1; used() < minute; seed += 1) {
  const plan = planOf(seed);
  const { broken } = await simulate({ ...plan, duration: Math.min(plan.duration, longest) });
  if (broken === null) continue;
  process.stdout.write(`broken: ${broken.law} (SEED=${seed})\n`);
  process.exitCode = 1;
  break;
}

/** Microseconds; of the machine's time others may take as much as they like. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
