import { bad, good, type Reading } from './reading.ts';

/** A cron expression, each field as the values it lets through, ascending. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** 0 for Sunday to 6. */
  readonly weekdays: readonly number[];
}

/**
 * Reads the five fields of crontab(5), or `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually`. Numbers, names of
 * months and days (three letters, any case, in lists and ranges as well), `*`, lists, ranges and steps; 7 is Sunday, too.
 *
 * Refused besides what is no cron expression: day of month and day of week together, which cron takes for either of the
 * two and most people for both; and a date that never comes, such as the 31st of February.
 */
export function parseCron(text: string): Reading<CronFields> {
  const words = text.trim().split(/\s+/);
  const [only = ''] = words;
  if (only.startsWith('@')) return words.length === 1 ? fromNickname(only) : bad('which has more than its nickname');
  if (words.length !== 5)
    return bad(`which has ${text.trim() === '' ? 0 : words.length} fields and not the five of crontab(5)`);
  const read = words.map((word, index) => parseField(word, fields[index] ?? minute));
  const wrong = read.find((field) => !field.valid);
  if (wrong?.valid === false) return wrong;
  if (words[2] !== '*' && words[4] !== '*') {
    return bad(
      'which has both a day of the month and a day of the week; leave one of them *, and use two windows for either',
    );
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = read.map((field) =>
    field.valid ? field.value : [],
  );
  const longest = Math.max(...months.map((month) => longestMonth[month - 1] ?? 0));
  if (Math.min(...days) > longest) return bad('whose date never comes');
  return good({ minutes, hours, days, months, weekdays: [...new Set(weekdays.map((day) => day % 7))].sort() });
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names in the order of their numbers, the first of which stands for `least`. */
  readonly names: readonly string[];
}

const minute: Field = { name: 'minute', least: 0, most: 59, names: [] };
const fields: readonly Field[] = [
  minute,
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of the month', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of the week', least: 0, most: 7, names: 'sun mon tue wed thu fri sat'.split(' ') },
];
const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

function fromNickname(text: string): Reading<CronFields> {
  const meant = Object.hasOwn(nicknames, text.toLowerCase()) ? nicknames[text.toLowerCase()] : undefined;
  return meant === undefined ? bad(`whose nickname is none of ${Object.keys(nicknames).join(', ')}`) : parseCron(meant);
}

function parseField(text: string, field: Field): Reading<readonly number[]> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(part, field);
    if (range === null)
      return bad(`whose ${field.name} is not a list of numbers from ${field.least} to ${field.most}, ranges and steps`);
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return good([...values].sort((a, b) => a - b));
}

function rangeOf(part: string, field: Field): { from: number; to: number; step: number } | null {
  const [, all = '', first = '', last = '', steps = ''] =
    /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
  const from = all === '' ? numberOf(first, field) : field.least;
  // A step behind a single number goes to the field's end, as in most crons; crontab(5) leaves it open.
  const single = steps === '' ? from : field.most;
  const to = all !== '' ? field.most : last === '' ? single : numberOf(last, field);
  const step = steps === '' ? 1 : Number(steps);
  return from === null || to === null || from > to || step < 1 ? null : { from, to, step };
}

function numberOf(text: string, { least, most, names }: Field): number | null {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + least;
  if (!/^\d{1,2}$/.test(text)) return null;
  return Number(text) >= least && Number(text) <= most ? Number(text) : null;
}
