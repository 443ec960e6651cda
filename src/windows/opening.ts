import { dayLength, type Exclusions } from './exclusions.ts';
import type { Zone } from './zone.ts';

/** One time that a window is open: from `opens` up to, and without, `closes`. Milliseconds since 1970. */
export interface Opening {
  readonly opens: number;
  readonly closes: number;
  /** The zone whose wall clock opens it. */
  readonly zone: Zone;
}

/** What is left of an opening that began on a day that is not excluded: it closes for good at the midnight of the first excluded day. */
export function cutAtExclusion(opening: Opening, day: number, exclusions: Exclusions): Opening {
  const { zone, opens, closes } = opening;
  for (let next = day + 1; ; next += 1) {
    const midnight = zone.momentOf(next * dayLength);
    if (midnight >= closes) return opening;
    if (exclusions.has(next)) return { zone, opens, closes: midnight };
  }
}
