import type { DaysWindow, MaintenanceSettings } from '../core/window/settings.ts';
import { dayLength, type Exclusions } from './exclusions.ts';
import { cutAtExclusion, type Opening } from './opening.ts';
import type { Zone } from './zone.ts';

/** The openings of a window that close after `from`, by their time; without end, unless all that is to come is excluded. */
export function* daysOpenings(
  window: DaysWindow,
  weekdayOf: MaintenanceSettings['weekdayOf'],
  zone: Zone,
  exclusions: Exclusions,
  from: number,
): Generator<Opening> {
  const pieces = piecesOf(window, weekdayOf);
  // A window ends a day after it began at the latest, and a zone may leave out a whole date.
  let day = Math.floor(zone.localOf(from) / dayLength) - 2;
  for (;;) {
    const free = exclusions.firstFree(day);
    if (free === null) return;
    day = free;
    if (window.days.includes((((day + 4) % 7) + 7) % 7)) {
      for (const [start, end] of pieces) {
        const opens = zone.momentOf(day * dayLength + start * 1000);
        const whole = { opens, closes: zone.momentOf(day * dayLength + end * 1000), zone };
        const opening = cutAtExclusion(whole, day, exclusions);
        if (opening.closes > from && opening.closes > opens) yield opening;
      }
    }
    day += 1;
  }
}

/**
 * From and to in seconds of the day it begins on. Where the day of now decides, the part behind midnight is a piece of that
 * day and not of the one before.
 */
function piecesOf(
  { start, end }: DaysWindow,
  weekdayOf: MaintenanceSettings['weekdayOf'],
): readonly (readonly [start: number, end: number])[] {
  if (end > start) return [[start, end]];
  if (weekdayOf === 'opening') return [[start, end + 86_400]];
  return end === 0
    ? [[start, 86_400]]
    : [
        [0, end],
        [start, 86_400],
      ];
}
