import assert from 'node:assert/strict';
import { it } from 'node:test';
import { account, begin, timed } from './histories.ts';
import { Observer, type Pool } from './observer.ts';
import type { Seen } from './seen.ts';

/** All that a history breaks, in order. */
export function breaches(history: readonly Seen[], pool: Pool = {}): readonly string[] {
  const observer = new Observer({ account, ...pool });
  return history.flatMap((seen) => observer.see(seen));
}

/** A history after nodes a and b came up, one event a second, and the sentences that it brings; null: none. */
export type Case = readonly [
  what: string,
  history: readonly Seen[],
  sentences: string | readonly string[] | null,
  pool?: Pool,
];

export function judged(cases: readonly Case[]): void {
  for (const [what, history, sentences, pool] of cases) {
    it(`${sentences === null ? 'lets pass' : 'finds'} ${what}`, () => {
      const found = breaches(timed([...begin('a', 'b'), ...history]), pool);
      assert.deepEqual(found, [sentences ?? []].flat());
    });
  }
}
