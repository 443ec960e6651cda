import { isInRange } from '../core/window/date-range.ts';
import type { DateRange } from '../core/window/settings.ts';

/** Dates on which nothing opens, as days since 1970. */
export interface Exclusions {
  has(day: number): boolean;
  /** The first day from `day` on that is not excluded; null: there is none within a lifetime. */
  firstFree(day: number): number | null;
}

export const dayLength = 86_400_000;

export function openExclusions(ranges: readonly DateRange[]): Exclusions {
  const has = (day: number): boolean => ranges.length > 0 && ranges.some((range) => isInRange(dateText(day), range));
  return {
    has,
    firstFree(day) {
      for (let free = day; free < day + lifetime; free += 1) if (!has(free)) return free;
      return null;
    },
  };
}

const lifetime = 36_525;

function dateText(day: number): string {
  return new Date(day * dayLength).toISOString().slice(0, 10);
}
