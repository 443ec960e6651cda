import { type FaultName, type FaultRow, faults } from './faults.ts';
import type { Plan, Rates } from './plan.ts';
import { Strikes } from './strikes.ts';

/** What a caller may fix; all else comes from the seed. */
export interface Fixed {
  readonly nodes?: number;
  /** How many times its table's rate each fault strikes; one that is left out never does. */
  readonly faults?: Rates;
}

const hour = 3_600_000;
/** Hours of virtual time in which faults strike. */
const hours = { shortest: 1, longest: 24 } as const;

/**
 * The plan of a seed: the same one each time. Most have every fault at its table's rate; some have a few at ten times theirs, because
 * much is found only where other faults are absent (swarm testing: Groce et al. 2012); some have none.
 */
export function planOf(seed: number, fixed: Fixed = {}): Plan {
  const strikes = new Strikes({ seed, rates: {}, only: null });
  const chance = (name: string): number => strikes.chance(`plan/${name}`);
  const rates = fixed.faults === undefined ? ratesOf(chance) : times(fixed.faults);
  return {
    seed,
    // Mostly few: a small pool shows the most reboots for the time that it takes.
    nodes: fixed.nodes ?? 2 + Math.floor(chance('nodes') ** 2 * 6),
    concurrency: concurrencyOf(chance('concurrency')),
    duration: Math.round(hours.shortest * (hours.longest / hours.shortest) ** chance('duration')) * hour,
    rates,
    only: null,
  };
}

function concurrencyOf(chance: number): number {
  if (chance < 0.7) return 1;
  return chance < 0.9 ? 2 : 3;
}

function ratesOf(chance: (name: string) => number): Rates {
  const kind = chance('kind');
  const all = Object.keys(faults) as FaultName[];
  if (kind < 0.7) return times(Object.fromEntries(all.map((name) => [name, 1])));
  if (kind >= 0.95) return {};
  const few = all.filter((name) => chance(`with/${name}`) < 0.35);
  return times(Object.fromEntries(few.map((name) => [name, 10])));
}

/** A rate that is a chance is never certain: what strikes each time leaves nothing to be seen behind it. */
function times(factors: Rates): Rates {
  const rates: { [name in FaultName]?: number } = {};
  for (const [name, factor] of Object.entries(factors) as [FaultName, number][]) {
    const { unit, rate }: FaultRow = faults[name];
    rates[name] = unit.endsWith('hour') ? rate * factor : Math.min(0.5, rate * factor);
  }
  return rates;
}
