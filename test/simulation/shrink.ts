import type { Outcome, Plan, Rates } from './plan.ts';
import { lawOf } from './same-law.ts';

export interface Shrinking {
  readonly simulate: (plan: Plan) => Promise<Outcome>;
  /** At most so many runs. */
  readonly runs: number;
  /** Told of each smaller plan that still breaks the law. */
  readonly said: (line: string) => void;
}

export interface Shrunk {
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly runs: number;
  /** False: the runs were used up before nothing more could be left out. */
  readonly least: boolean;
}

/**
 * The smallest plan found that breaks the same law: fewer nodes, shorter, one at a time, fewer strikes (ddmin: Zeller and
 * Hildebrandt 2002), again and again until nothing more can be left out. Null: with its own strikes named the plan does not
 * break it, so the rig does not give the same history twice.
 */
export async function shrink(plan: Plan, outcome: Outcome, shrinking: Shrinking): Promise<Shrunk | null> {
  const search = new Search(plan, outcome, shrinking);
  if (!(await search.tries({ only: outcome.strikes }, 'its own strikes named'))) return null;
  for (let size = Infinity; search.size < size && !search.over; ) {
    size = search.size;
    await withFewerNodes(search);
    await shorten(search);
    await search.tries({ concurrency: 1 }, 'one at a time');
    await withFewerStrikes(search);
    await search.tries({ rates: ratesOf(search.plan) }, 'only the faults that strike');
  }
  return { plan: search.plan, outcome: search.outcome, runs: search.runs, least: !search.over };
}

class Search {
  plan: Plan;
  outcome: Outcome;
  runs = 0;
  readonly #law: string;
  readonly #shrinking: Shrinking;

  constructor(plan: Plan, outcome: Outcome, shrinking: Shrinking) {
    if (outcome.broken === null) throw new Error('only a run that broke a law can be shrunk');
    this.plan = plan;
    this.outcome = outcome;
    this.#law = lawOf(outcome.broken.law);
    this.#shrinking = shrinking;
  }

  get over(): boolean {
    return this.runs >= this.#shrinking.runs;
  }

  /** What has to become less for another round to be worth it. */
  get size(): number {
    const { nodes, concurrency, duration, only } = this.plan;
    return nodes + concurrency + duration / 1_000 + (only?.length ?? Infinity);
  }

  /** Whether the plan breaks the same law with that change; it is the plan then, its strikes those that happened. */
  async tries(change: Partial<Plan>, what: string): Promise<boolean> {
    const plan = { ...this.plan, ...change };
    if (this.over || JSON.stringify(plan) === JSON.stringify(this.plan)) return false;
    this.runs += 1;
    const outcome = await this.#shrinking.simulate(plan);
    if (outcome.broken === null || lawOf(outcome.broken.law) !== this.#law) return false;
    this.plan = { ...plan, only: outcome.strikes };
    this.outcome = outcome;
    this.#shrinking.said(`run ${this.runs}: ${what}; ${sizeText(this.plan)}`);
    return true;
  }
}

/**
 * To just behind the breach; and what is broken only after the world has healed may need less of what was before: halved between
 * what was too short and what was enough.
 */
async function shorten(search: Search): Promise<void> {
  const at = search.outcome.broken?.at ?? 0;
  if (at < search.plan.duration && (await search.tries({ duration: Math.floor(at) + 1 }, 'cut behind the breach')))
    return;
  for (let tooShort = 0; search.plan.duration - tooShort > Math.max(1_000, search.plan.duration / 20); ) {
    const duration = Math.floor((tooShort + search.plan.duration) / 2);
    if (search.over || !(await search.tries({ duration }, 'shorter'))) tooShort = duration;
  }
}

/** The history with fewer nodes is another one: its strikes are whatever the seed brings, if those known do not do. */
async function withFewerNodes(search: Search): Promise<void> {
  for (let nodes = 1; nodes < search.plan.nodes; nodes += 1) {
    for (const only of [search.plan.only, null]) {
      if (await search.tries({ nodes, only }, 'fewer nodes')) return;
    }
  }
}

async function withFewerStrikes(search: Search): Promise<void> {
  if (await search.tries({ only: [] }, 'no strikes')) return;
  for (let parts = 2; ; ) {
    const strikes = search.plan.only ?? [];
    if (strikes.length < 2 || search.over) return;
    const length = Math.ceil(strikes.length / parts);
    const pieces = Array.from({ length: Math.ceil(strikes.length / length) }, (_, index) => index * length);
    if (await someTry(search, strikes, pieces, length)) {
      parts = Math.max(2, parts - 1);
    } else if (length === 1) {
      return;
    } else {
      parts = Math.min(strikes.length, parts * 2);
    }
  }
}

/** One piece alone, or all but one. */
async function someTry(
  search: Search,
  strikes: readonly string[],
  starts: readonly number[],
  length: number,
): Promise<boolean> {
  // The last strikes stand next to the breach: they are the likeliest to be the whole story.
  for (const start of starts.toReversed()) {
    if (await search.tries({ only: strikes.slice(start, start + length) }, 'these strikes alone')) return true;
  }
  // Of two pieces, all but one is the other one.
  for (const start of starts.length > 2 ? starts : []) {
    const others = [...strikes.slice(0, start), ...strikes.slice(start + length)];
    if (await search.tries({ only: others }, 'without some strikes')) return true;
  }
  return false;
}

/** A fault that does not strike needs no rate: the plan is shorter without. */
function ratesOf({ rates, only }: Plan): Rates {
  const strike = new Set((only ?? []).map((name) => name.slice(0, name.indexOf('/'))));
  return Object.fromEntries(Object.entries(rates).filter(([name]) => strike.has(name)));
}

function sizeText({ nodes, duration, only }: Plan): string {
  return `${nodes} nodes, ${Math.ceil(duration / 1_000)} s, ${only?.length} strikes`;
}
