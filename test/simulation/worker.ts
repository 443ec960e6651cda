/** A process that simulates one plan after the other: `fork`ed with the module whose `simulate` it is to call. */
import type { Outcome, Plan } from './plan.ts';

/** What a worker is asked, and what it answers. */
export interface Order {
  readonly plan: Plan;
  /** Without it the answer's timeline is empty. */
  readonly timeline: boolean;
}
export type Answer = { readonly outcome: Outcome } | { readonly threw: string };

const { simulate }: { simulate(plan: Plan): Promise<Outcome> } = await import(process.argv[2] ?? '');

process.on('message', async ({ plan, timeline }: Order) => {
  process.send?.(await answerTo(plan, timeline));
});
// Of a key that stops both, the parent decides what it means.
process.on('SIGINT', () => {});
// Its parent is gone, and nobody would hear an answer.
process.on('disconnect', () => process.exit());

async function answerTo(plan: Plan, timeline: boolean): Promise<Answer> {
  try {
    const outcome = await simulate(plan);
    if (timeline) return { outcome };
    // Not a spread of all: the timeline is put into words when it is asked for.
    const { broken, reboots, strikes, requests, lasted } = outcome;
    return { outcome: { broken, reboots, strikes, requests, lasted, timeline: [] } };
  } catch (error) {
    return { threw: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
