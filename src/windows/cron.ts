import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { type CronFields, parseCron } from '../core/window/cron-fields.ts';
import type { CronWindow } from '../core/window/settings.ts';
import { dayLength, type Exclusions, lifetime } from './exclusions.ts';
import { cutAtExclusion, type Opening } from './opening.ts';
import type { Zone } from './zone.ts';

/**
 * The openings of a window that close after `from`, by their time.
 *
 * cron-parser walks readings of the wall clock as if they were UTC, which has no summer time; the zone turns each into a
 * moment. So the rule for what does not exist and for what exists twice is the zone's alone, the same as for days.
 */
export function* cronOpenings(
  window: CronWindow,
  zone: Zone,
  exclusions: Exclusions,
  from: number,
): Generator<Opening> {
  const text = expressionOf(window);
  // What the clock showed by then opened before then, and has closed.
  let walk = walkFrom(text, zone.localOf(from - window.duration));
  for (;;) {
    const local = nextOf(walk);
    // Exclusions of every year may leave none of its days, and the walk over them would not end.
    if (local === null || local > from + lifetime * dayLength) return;
    const day = Math.floor(local / dayLength);
    const free = exclusions.firstFree(day);
    if (free === null) return;
    if (free > day) {
      walk = walkFrom(text, free * dayLength - 1);
      continue;
    }
    const opens = zone.momentOf(local);
    const opening = cutAtExclusion({ opens, closes: opens + window.duration, zone }, day, exclusions);
    if (opening.closes > from) yield opening;
  }
}

function walkFrom(text: string, local: number): CronExpression {
  return CronExpressionParser.parse(text, { currentDate: new Date(local), tz: 'UTC', strict: true });
}

/** cron-parser gives up, by an exception, on what does not come within its limit. */
function nextOf(walk: CronExpression): number | null {
  try {
    return walk.next().getTime();
  } catch {
    return null;
  }
}

/** Six fields, the first of them the second: strict mode wants six. All of them as numbers, so that it is ours what they mean. */
function expressionOf({ cron }: CronWindow): string {
  const read = parseCron(cron);
  if (!read.valid) throw new Error(`the window's cron expression ${JSON.stringify(cron)} was taken, ${read.why}`);
  const { minutes, hours, days, months, weekdays }: CronFields = read.value;
  const field = (values: readonly number[], all: number): string => (values.length === all ? '*' : values.join(','));
  return ['0', field(minutes, 60), field(hours, 24), field(days, 31), field(months, 12), field(weekdays, 7)].join(' ');
}
