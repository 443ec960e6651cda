import { bad, good, type Reading } from './reading.ts';
import type { DateRange } from './settings.ts';

/** Reads `2026-12-24`, `2026-12-24..2027-01-02`, and the same of every year: `12-24`, `12-24..01-02`. */
export function parseDateRange(text: string): Reading<DateRange> {
  const [from = '', to = from, ...more] = text.split('..').map((part) => part.trim());
  if (more.length > 0 || !isDate(from) || !isDate(to) || from.length !== to.length) {
    return bad('which is no date or range, such as 2026-12-24, 2026-12-24..2027-01-02 or, every year, 12-24..01-02');
  }
  if (from.length === fullDate && to < from) return bad('whose end is before its start');
  return good({ from, to });
}

export function writeDateRange({ from, to }: DateRange): string {
  return from === to ? from : `${from}..${to}`;
}

/** Whether a date, `2026-12-24`, is in the range. One of every year that ends before it starts goes over new year. */
export function isInRange(date: string, { from, to }: DateRange): boolean {
  if (from.length === fullDate) return from <= date && date <= to;
  const day = date.slice(-from.length);
  return from <= to ? from <= day && day <= to : from <= day || day <= to;
}

const fullDate = '2026-12-24'.length;

/** The 29th of February is a date of every year; it comes in leap years only. */
function isDate(text: string): boolean {
  const full = /^\d\d-\d\d$/.test(text) ? `2000-${text}` : text;
  if (!/^[1-9]\d{3}-\d\d-\d\d$/.test(full)) return false;
  const time = Date.parse(`${full}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(full);
}
