import { parseCron } from '../core/window/cron-fields.ts';
import { parseDays } from '../core/window/days.ts';
import { bad, good, type Reading } from '../core/window/reading.ts';
import type { WindowSettings } from '../core/window/settings.ts';
import { parseTimeOfDay } from '../core/window/time-of-day.ts';
import { parseZoneName } from '../core/window/zone-name.ts';
import { parseDuration } from './duration.ts';
import { strangeKey } from './entry-keys.ts';

/** A window, or what is wrong with it: of its key, or of the whole (null). `why` continues "it is …, ". */
export type WindowReading = { readonly window: WindowSettings } | { readonly key: string | null; readonly why: string };

const daysKeys = ['days', 'start', 'end'];
const cronKeys = ['cron', 'duration'];
const anyKeys = ['timeZone', 'afterDeadline'];
const allKeys = [...daysKeys, ...cronKeys, ...anyKeys];

/** Reads one window out of what YAML gave; a key without a value is not there. */
export function readWindow(value: unknown): WindowReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { key: null, why: 'which is no map' };
  const given = new Map(Object.entries(value).filter(([, of]) => of !== null));
  const strange = strangeKey(given, allKeys);
  if (strange !== null) return { key: null, why: strange };
  const [byDays, byCron] = [daysKeys, cronKeys].map((keys) => keys.find((key) => given.has(key)));
  if (byDays !== undefined && byCron !== undefined) {
    return {
      key: null,
      why: `which has both ${byDays} and ${byCron}; it is either of days, start and end or of cron and duration`,
    };
  }
  if (byDays === undefined && byCron === undefined) {
    return { key: null, why: 'which has neither days, start or end, nor cron, so that it does not say when it opens' };
  }
  return byCron === undefined ? daysWindow(given) : cronWindow(given);
}

type Given = ReadonlyMap<string, unknown>;

function daysWindow(given: Given): WindowReading {
  const days = read(given, 'days', [0, 1, 2, 3, 4, 5, 6], (value) => parseDays(wordsOf(value)));
  const start = read(given, 'start', 0, (value) => ofText(value, parseTimeOfDay));
  const end = read(given, 'end', 86_400, (value) => ofText(value, parseTimeOfDay));
  const shared = anyWindow(given);
  if ('why' in days) return days;
  if ('why' in start) return start;
  if ('why' in end) return end;
  if ('why' in shared) return shared;
  if (start.value === 86_400)
    return { key: 'start', why: 'which is the end of a day; write 0:00 for the beginning of the next' };
  if (start.value === end.value) {
    return {
      key: 'end',
      why: 'which is the start, too, so that it would be open for no time; write 24:00 for a whole day from 0:00',
    };
  }
  return { window: { kind: 'days', days: days.value, start: start.value, end: end.value, ...shared.value } };
}

/** Openings that begin before the first of them has closed; walking over more of them takes time. */
const mostOverlaps = 200;
const [minute, hour] = [60_000, 3_600_000];
const [shortest, longest] = [minute, 744 * hour];

function cronWindow(given: Given): WindowReading {
  if (!given.has('cron'))
    return { key: null, why: 'which has a duration and no cron, so that it does not say when it opens' };
  if (!given.has('duration'))
    return { key: null, why: 'which has no duration, so that it does not say when it closes' };
  const fields = required(given, 'cron', (value) => ofText(value, parseCron));
  const duration = required(given, 'duration', (value) => ofText(value, durationOf));
  const shared = anyWindow(given);
  if ('why' in fields) return fields;
  if ('why' in duration) return duration;
  if ('why' in shared) return shared;
  const { minutes, hours } = fields.value;
  const daily = minutes.length * hours.length * Math.ceil(duration.value / (24 * hour));
  if (Math.min(daily, minutes.length * Math.ceil(duration.value / hour)) > mostOverlaps) {
    return {
      key: 'duration',
      why: `within which cron opens it more than ${mostOverlaps} times; say the same by days, start and end`,
    };
  }
  return {
    window: { kind: 'cron', cron: String(given.get('cron')).trim(), duration: duration.value, ...shared.value },
  };
}

interface Shared {
  readonly timeZone: string;
  readonly afterDeadline: boolean;
}

function anyWindow(given: Given): Found<Shared> {
  const timeZone = read(given, 'timeZone', 'UTC', (value) => ofText(value, parseZoneName));
  const afterDeadline = read(given, 'afterDeadline', false, (value) =>
    typeof value === 'boolean' ? good(value) : bad('which is neither true nor false'),
  );
  if ('why' in timeZone) return timeZone;
  if ('why' in afterDeadline) return afterDeadline;
  return { value: { timeZone: timeZone.value, afterDeadline: afterDeadline.value } };
}

type Found<T> = { readonly value: T } | { readonly key: string; readonly why: string };

function read<T>(given: Given, key: string, fallback: T, parse: (value: unknown) => Reading<T>): Found<T> {
  return given.has(key) ? required(given, key, parse) : { value: fallback };
}

function required<T>(given: Given, key: string, parse: (value: unknown) => Reading<T>): Found<T> {
  const found = parse(given.get(key));
  return found.valid ? { value: found.value } : { key, why: found.why };
}

/** YAML makes a number of `9`. */
function ofText<T>(value: unknown, parse: (text: string) => Reading<T>): Reading<T> {
  if (typeof value === 'string' || typeof value === 'number') return parse(String(value));
  return bad('which is no text');
}

/** A list, or the words of one text with commas between them, as in kured's flag. */
function wordsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((entry: unknown) => String(entry).split(','));
}

function durationOf(text: string): Reading<number> {
  const found = parseDuration(text);
  if (!found.valid) return found;
  if (found.ms < shortest || found.ms > longest) return bad('which is not from 1m to 744h');
  return good(found.ms);
}
