import type { Facts } from './facts.ts';

/**
 * Whether a person asked for another try after that moment of the monotonic clock. By the wall clock a retry of before would count again
 * and again once that clock was set back.
 */
export function retriedSince({ retried }: Pick<Facts, 'retried'>, at: number): boolean {
  return retried !== null && retried.mono > at;
}
