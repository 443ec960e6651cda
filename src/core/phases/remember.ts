import type { Now } from '../now.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';

/** What a later start of the service is to know, as these facts have it; since when the need waits is kept by who sees it. */
export function remember({ backOff, fenced }: Pick<Facts, 'backOff' | 'fenced'>, now: Now): Effect {
  const later = backOff === null ? null : { failures: backOff.failures, until: now.wall + backOff.until - now.mono };
  return { do: 'remember', memory: { backOff: later, waiting: null, fenced } };
}
