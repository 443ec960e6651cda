import type { Outcome, Plan } from './plan.ts';
import { planText } from './plan-text.ts';
import { shrink } from './shrink.ts';
import { nothing, totalsText, withSeed } from './totals.ts';
import { clock } from './words.ts';

export interface One {
  readonly simulate: (plan: Plan) => Promise<Outcome>;
  readonly said: (line: string) => void;
  /** At most so many lines of the timeline, the last ones. */
  readonly lines: number;
  /** At most so many runs to shrink a plan that breaks a law; 0: it is not shrunk. */
  readonly shrinkRuns: number;
  /** Seconds, by any clock that does not go back. */
  readonly now: () => number;
}

/** Runs one plan and tells what came of it, and the smallest plan that breaks the same law. Gives whether the laws held. */
export async function simulateOne(plan: Plan, one: One): Promise<boolean> {
  const began = one.now();
  const outcome = await one.simulate(plan);
  one.said(planText(plan));
  for (const line of outcomeLines(plan, outcome, one.lines)) one.said(line);
  one.said(totalsText(withSeed(nothing, plan.seed, outcome), one.now() - began));
  if (outcome.broken === null) return true;
  if (one.shrinkRuns > 0 && outcome.timeline.length > 0) await tellSmallest(plan, outcome, one);
  return false;
}

async function tellSmallest(plan: Plan, outcome: Outcome, { simulate, said, lines, shrinkRuns }: One): Promise<void> {
  said(`\nShrinking, in at most ${shrinkRuns} runs:`);
  const smallest = await shrink(plan, outcome, { simulate, runs: shrinkRuns, said });
  if (smallest === null) {
    said(
      'with its own strikes named, the plan does not break this law again: the rig does not give the same history twice',
    );
    return;
  }
  const { runs, least } = smallest;
  said(`\nThe smallest plan after ${runs} runs${least ? '' : ' (more of them may find a smaller one: SHRINK=)'}:`);
  said(`make simulate PLAN='${planText(smallest.plan)}'`);
  for (const line of outcomeLines(smallest.plan, smallest.outcome, lines)) said(line);
}

/** Its timeline, then the law where it is broken. */
function outcomeLines(plan: Plan, { broken, timeline, strikes }: Outcome, most: number): readonly string[] {
  const left = Math.max(0, timeline.length - most);
  const { nodes, concurrency, duration } = plan;
  return [
    `${nodes} nodes, concurrency ${concurrency}, ${strikes.length} strikes in ${clock(duration)}:`,
    ...(left > 0 ? [`  … ${left} lines before (TIMELINE=all shows them)`] : []),
    ...timeline.slice(left).map((line) => `  ${line}`),
    broken === null ? 'no law was broken' : `broken at ${clock(broken.at)}: ${broken.law}`,
  ];
}
