import { type FaultName, faults } from './faults.ts';
import type { Plan, Rates } from './plan.ts';
import { type Fixed, planOf } from './plan-of.ts';
import { planFrom } from './plan-text.ts';

/** What `make simulate` is to do. */
export type Options =
  | {
      readonly do: 'many';
      /** The first seed. */
      readonly from: number;
      readonly runs: number;
      readonly minutes: number;
      readonly jobs: number;
      readonly fixed: Fixed;
    }
  | { readonly do: 'one'; readonly plan: Plan; readonly lines: number; readonly shrinkRuns: number };

type Environment = Readonly<Record<string, string | undefined>>;

const ofMany = ['FROM', 'RUNS', 'MINUTES', 'JOBS'] as const;
const ofOne = ['TIMELINE', 'SHRINK'] as const;
const ofSeeds = ['NODES', 'FAULTS'] as const;

/** Throws with one sentence about what makes no sense. An empty value is as none. */
export function optionsFrom(environment: Environment, cores: number): Options {
  const given = (name: string): string | null => environment[name]?.trim() || null;
  const together = (one: string, others: readonly string[], why: string): void => {
    const other = given(one) === null ? undefined : others.find((name) => given(name) !== null);
    if (other !== undefined) throw new Error(`${one} and ${other} do not go together: ${why}`);
  };
  together('PLAN', ['SEED', ...ofSeeds, ...ofMany], 'a plan is whole');
  together('SEED', ofMany, 'one seed is one run');
  const [plan, seed] = [given('PLAN'), given('SEED')];
  if (plan === null && seed === null) {
    const useless = ofOne.find((name) => given(name) !== null);
    if (useless !== undefined) throw new Error(`${useless} is for one run: give SEED or PLAN with it`);
    const minutes = numberOf('MINUTES', given('MINUTES'), { least: 0.01, most: 10_000, whole: false });
    return {
      do: 'many',
      from: numberOf('FROM', given('FROM')) ?? 1,
      runs: numberOf('RUNS', given('RUNS')) ?? (minutes === null ? 1_000 : Number.POSITIVE_INFINITY),
      minutes: minutes ?? Number.POSITIVE_INFINITY,
      jobs: numberOf('JOBS', given('JOBS'), { least: 1, most: 256 }) ?? cores,
      fixed: fixedFrom(given),
    };
  }
  return {
    do: 'one',
    plan: plan === null ? planOf(numberOf('SEED', seed, { least: 0 }) ?? 0, fixedFrom(given)) : planFrom(plan),
    lines: given('TIMELINE') === 'all' ? Number.POSITIVE_INFINITY : (numberOf('TIMELINE', given('TIMELINE')) ?? 80),
    shrinkRuns: numberOf('SHRINK', given('SHRINK'), { least: 0 }) ?? 500,
  };
}

function fixedFrom(given: (name: string) => string | null): Fixed {
  const nodes = numberOf('NODES', given('NODES'), { least: 1, most: 32 });
  const names = given('FAULTS');
  return { ...(nodes === null ? {} : { nodes }), ...(names === null ? {} : { faults: factorsFrom(names) }) };
}

/** "kill power=10": the first at its table's rate, the second at ten times that. "none": nothing strikes. */
function factorsFrom(text: string): Rates {
  const factors: { [name in FaultName]?: number } = {};
  for (const word of text === 'none' ? [] : text.split(/\s+/)) {
    const [name = '', factor = '1'] = word.split('=');
    if (!isFault(name))
      throw new Error(`FAULTS: no fault is called ${name}; there are ${Object.keys(faults).join(', ')}`);
    factors[name] = numberOf(`FAULTS: ${name}`, factor, { least: 0, most: 1_000_000, whole: false }) ?? 1;
  }
  return factors;
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}

interface Bounds {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

function numberOf(name: string, text: string | null, bounds: Bounds = {}): number | null {
  if (text === null) return null;
  const { least = 1, most = Number.MAX_SAFE_INTEGER, whole = true } = bounds;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new Error(
    `${name} is ${kind} ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}, not ${text}`,
  );
}
