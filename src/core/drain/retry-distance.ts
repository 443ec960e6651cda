import { fraction, type Now } from '../now.ts';
import type { EvictionMeaning } from './eviction-answer.ts';

/** The meanings after which an eviction is asked for again. */
export type Postponed = Extract<EvictionMeaning, { readonly is: Exclude<EvictionMeaning['is'], 'accepted' | 'final'> }>;

/**
 * How long until the same pod's eviction is asked for again, milliseconds; `tries`: how often it was asked for in a row with
 * no other outcome, from 1.
 *
 * A budget opens when a pod elsewhere becomes ready, which a node may not watch, so asking is the only way to learn it. From
 * 5 s (kubectl's distance) it grows by half each time to 30 s: 110 blocked pods then cost under 4 requests a second, and an
 * opened budget is noticed within half a minute. What a webhook refuses for now is asked as seldom, and a terminating namespace,
 * as the watch tells when its pods are gone. The rest doubles from 1 s to 30 s: a pod that is gone by its answer as well, as long as the watch shows it,
 * since NodeRestriction answers 404 for a pod so new that its own cache has not seen it.
 *
 * A server's Retry-After is the least, to at most a minute: a number that somebody mistyped must not stop a drain. A fifth
 * up or down by chance keeps pods, and nodes, from asking in step; never below what the server asked for.
 */
export function retryDistance(meaning: Postponed, tries: number, now: Now): number {
  const asked = 'retryAfter' in meaning ? Math.min(meaning.retryAfter ?? 0, longestAsked) : 0;
  const { first, growth } = pace[meaning.is];
  const steps = Math.min(Math.max(tries - 1, 0), 20);
  const distance = Math.min(first * growth ** steps, longest) * (1 + spread * (2 * fraction(now) - 1));
  return Math.round(Math.max(distance, asked * (1 + spread * fraction(now, 1))));
}

const longest = 30_000;
const longestAsked = 60_000;
const spread = 0.2;

const pace: Readonly<Record<Postponed['is'], { readonly first: number; readonly growth: number }>> = {
  budget: { first: 5_000, growth: 1.5 },
  'not-now': { first: 5_000, growth: 1.5 },
  'terminating-namespace': { first: 5_000, growth: 1.5 },
  overload: { first: 1_000, growth: 2 },
  gone: { first: 1_000, growth: 2 },
  forbidden: { first: 1_000, growth: 2 },
  retry: { first: 1_000, growth: 2 },
};
