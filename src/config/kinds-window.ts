import * as v from 'valibot';
import { parseDateRange, writeDateRange } from '../core/window/date-range.ts';
import { dayNames } from '../core/window/days.ts';
import type { DateRange, WindowSettings } from '../core/window/settings.ts';
import { writeTimeOfDay } from '../core/window/time-of-day.ts';
import { formatDuration } from './duration.ts';
import type { Kind } from './kind.ts';
import type { Plain } from './tree.ts';
import { readWindow } from './window.ts';

const mostWindows = 32;
const mostRanges = 366;

/** Maintenance windows, by days or by cron. */
export const windowList: Kind<readonly WindowSettings[]> = {
  type: 'list of windows',
  expected: 'a list of {days, start, end, timeZone} or {cron, duration, timeZone}',
  schema: v.pipe(
    v.array(
      v.pipe(
        v.unknown(),
        v.rawTransform<unknown, WindowSettings>(({ dataset, addIssue, NEVER }) => {
          const read = readWindow(dataset.value);
          if ('window' in read) return read.window;
          const { key, why } = read;
          const input = {};
          if (key === null) addIssue({ message: why });
          else addIssue({ message: why, path: [{ type: 'object', origin: 'value', input, key, value: undefined }] });
          return NEVER;
        }),
      ),
      '',
    ),
    v.maxLength(mostWindows, `which has more than ${mostWindows} entries`),
  ),
  write: (windows) => windows.map(writeWindow),
};

/** Dates that are left out. */
export const dateRanges: Kind<readonly DateRange[]> = {
  type: 'list of dates and ranges',
  expected: 'a list of dates and ranges',
  schema: v.pipe(
    v.array(
      v.pipe(
        v.string(''),
        v.rawTransform<string, DateRange>(({ dataset, addIssue, NEVER }) => {
          const read = parseDateRange(dataset.value);
          if (read.valid) return read.value;
          addIssue({ message: read.why });
          return NEVER;
        }),
      ),
      '',
    ),
    v.maxLength(mostRanges, `which has more than ${mostRanges} entries`),
  ),
  write: (ranges) => ranges.map(writeDateRange),
};

function writeWindow(window: WindowSettings): Plain {
  const late: { [key: string]: Plain } = window.afterDeadline ? { afterDeadline: true } : {};
  const { timeZone } = window;
  if (window.kind === 'cron') {
    return { cron: window.cron, duration: formatDuration(window.duration), timeZone, ...late };
  }
  const days = window.days.map((day) => dayNames[day] ?? '');
  const [start, end] = [writeTimeOfDay(window.start), writeTimeOfDay(window.end)];
  return { days, start, end, timeZone, ...late };
}
