import { isInRange } from '../core/window/date-range.ts';
import type { DateRange } from '../core/window/settings.ts';

/** Dates on which nothing opens, as days since 1970. */
export interface Exclusions {
  has(day: number): boolean;
  /** The first day from `day` on that is not excluded; null: there is none within a lifetime. */
  firstFree(day: number): number | null;
}

export const dayLength = 86_400_000;
/** In days: what does not open within it never does. */
export const lifetime = 36_525;

export function openExclusions(ranges: readonly DateRange[]): Exclusions {
  const yearly = datesOf(ranges.filter(({ from }) => !hasYear(from)));
  const once = ranges.filter(({ from }) => hasYear(from)).map(({ from, to }) => ({ from: dayOf(from), to: dayOf(to) }));
  /** The last day of what excludes this day; null: it is not excluded. A range of years is left in one step. */
  const lastOf = (day: number): number | null => {
    const range = once.find(({ from, to }) => from <= day && day <= to);
    if (range !== undefined) return range.to;
    return yearly.size > 0 && yearly.has(dateOf(day)) ? day : null;
  };
  return {
    has: (day) => lastOf(day) !== null,
    firstFree(day) {
      let free = day;
      for (let last = lastOf(free); last !== null; last = lastOf(free)) {
        free = last + 1;
        if (free > day + lifetime) return null;
      }
      return free;
    },
  };
}

/** `2026-12-24`, and not `12-24`. */
function hasYear(date: string): boolean {
  return date.length > '12-24'.length;
}

function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayLength;
}

/** The dates of every year that these ranges hold: a search for a free day looks at thousands. */
function datesOf(yearly: readonly DateRange[]): ReadonlySet<number> {
  const days = yearly.length === 0 ? [] : Array.from({ length: 366 }, (_, at) => leapYear + at);
  return new Set(days.filter((day) => yearly.some((of) => isInRange(dateText(day), of))).map(dateOf));
}

const leapYear = Date.UTC(2000, 0, 1) / dayLength;

/** A number for month and day. */
function dateOf(day: number): number {
  const date = new Date(day * dayLength);
  return date.getUTCMonth() * 32 + date.getUTCDate();
}

function dateText(day: number): string {
  return new Date(day * dayLength).toISOString().slice(0, 10);
}
