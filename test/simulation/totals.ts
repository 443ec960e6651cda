import type { FaultName } from './faults.ts';
import type { Outcome } from './plan.ts';
import { lawOf } from './same-law.ts';
import { clock, count } from './words.ts';

/** The figures of many seeds together. */
export interface Totals {
  readonly seeds: number;
  readonly reboots: number;
  readonly requests: number;
  /** Virtual milliseconds. */
  readonly lasted: number;
  readonly strikes: { readonly [name in FaultName]?: number };
  readonly broken: readonly BrokenSeed[];
}

export interface BrokenSeed {
  readonly seed: number;
  readonly law: string;
}

export const nothing: Totals = { seeds: 0, reboots: 0, requests: 0, lasted: 0, strikes: {}, broken: [] };

export function withSeed(totals: Totals, seed: number, outcome: Outcome): Totals {
  const strikes: { [name: string]: number } = { ...totals.strikes };
  for (const strike of outcome.strikes) {
    const name = strike.slice(0, strike.indexOf('/'));
    strikes[name] = (strikes[name] ?? 0) + 1;
  }
  return {
    seeds: totals.seeds + 1,
    reboots: totals.reboots + outcome.reboots,
    requests: totals.requests + outcome.requests,
    lasted: totals.lasted + outcome.lasted,
    strikes,
    broken: outcome.broken === null ? totals.broken : [...totals.broken, { seed, law: outcome.broken.law }],
  };
}

/** The figures as a table for people; `wall`: seconds that it all took. */
export function totalsText(totals: Totals, wall: number): string {
  const strikes = Object.entries(totals.strikes).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const rows: readonly (readonly [string, string])[] = [
    ['seeds', count(totals.seeds)],
    ['reboots', `${count(totals.reboots)}, ${count(totals.reboots / wall)} a second`],
    ['requests', count(totals.requests)],
    ['virtual time', `${count(totals.lasted / 3_600_000)} h in ${clock(wall * 1_000)}`],
    ['strikes', count(strikes.reduce((sum, [, times]) => sum + times, 0))],
    ...strikes.map(([name, times]) => [`  ${name}`, count(times)] as const),
    ['laws', totals.broken.length === 0 ? 'none broken' : `broken by ${count(totals.broken.length)} of these seeds:`],
  ];
  return [...rows.map(([name, text]) => `${name.padEnd(22)}${text}`), ...lawLines(totals.broken)].join('\n');
}

/** A line for each law with the seeds that broke it: who wants to see one gives its seed. */
function lawLines(broken: readonly BrokenSeed[]): readonly string[] {
  const most = 10;
  const laws = Map.groupBy(broken, ({ law }) => lawOf(law));
  return [...laws.values()].map((seeds) => {
    const named = seeds.slice(0, most).map(({ seed }) => seed);
    const rest = seeds.length > most ? ` and ${seeds.length - most} more` : '';
    return `  ${seeds[0]?.law}: SEED=${named.join(', ')}${rest}`;
  });
}
