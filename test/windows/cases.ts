import assert from 'node:assert/strict';
import type { DateRange, MaintenanceSettings, WindowSettings } from '../../src/core/window/settings.ts';
import { openCalendar } from '../../src/windows/calendar.ts';
import { type minutesOf, type OracleWindow, oracle } from './oracle.ts';
import type { Turn } from './turns.ts';

const minute = 60_000;
const day = 1440 * minute;

/** A window, and what it means to the oracle. */
export interface Case {
  readonly name: string;
  readonly window: WindowSettings;
  readonly weekdayOf?: MaintenanceSettings['weekdayOf'];
  readonly exclude?: (turn: string) => readonly DateRange[];
  readonly means: OracleWindow;
}

const every = [0, 1, 2, 3, 4, 5, 6];

export function days(
  start: string,
  end: string,
  of = every,
  weekdayOf: MaintenanceSettings['weekdayOf'] = 'opening',
): Case {
  const name = `${start}-${end} on ${of.join('')}${weekdayOf === 'current' ? ', by the day of now' : ''}`;
  const [from, to] = [secondsOf(start), secondsOf(end)];
  const window = { kind: 'days', days: of, start: from, end: to, timeZone: 'UTC', afterDeadline: false } as const;
  const at = (reading: string): string => reading.slice(11);
  if (weekdayOf === 'opening') {
    const opens = (reading: string, on: number) => at(reading) === start && of.includes(on);
    const closing = end === '24:00' ? '00:00' : end;
    return { name, window, means: { opens, closes: { at: (reading) => at(reading) === closing } } };
  }
  const opens = (reading: string, on: number) =>
    of.includes(on) && (at(reading) === start || (at(reading) === '00:00' && to < from && to > 0));
  const closes = { at: (reading: string, on: number) => at(reading) === end || !of.includes(on) };
  return { name, window, weekdayOf, means: { opens, closes } };
}

export function cron(text: string, minutes: number): Case {
  const window = {
    kind: 'cron',
    cron: text,
    duration: minutes * minute,
    timeZone: 'UTC',
    afterDeadline: false,
  } as const;
  return { name: `${text} for ${minutes} min`, window, means: { opens: met(text), closes: { after: minutes } } };
}

/** Only what the cases here use: numbers, steps, `*`. */
function met(text: string): (reading: string, day: number) => boolean {
  const fields = text.split(' ');
  return (reading, weekday) => {
    const [, month, date, hour, minutes] = reading.split(/[- :]/).map(Number);
    return [minutes, hour, date, month, weekday].every((value, index) => {
      const [range = '', step = '1'] = (fields[index] ?? '').split('/');
      return range === '*'
        ? (value ?? 0) % Number(step) === 0
        : range
            .split(',')
            .map(Number)
            .includes(value ?? -1);
    });
  };
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60;
}

function settingsOf({ window, weekdayOf = 'opening', exclude }: Case, { zone, before }: Turn): MaintenanceSettings {
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(before + day);
  return {
    windows: [{ ...window, timeZone: zone }],
    exclude: exclude?.(date) ?? [],
    weekdayOf,
    deadline: null,
    randomDelay: null,
  };
}

/** Compares four days around a turn; three more before them are for what had opened by then. */
export function compare(one: Case, turn: Turn, minutes: ReturnType<typeof minutesOf>): void {
  const settings = settingsOf(one, turn);
  const excluded = (date: string) =>
    settings.exclude.some(({ from, to }) => from === date || (from === date.slice(5) && from === to));
  const open = oracle(minutes, one.means, excluded);
  const calendar = openCalendar(settings, { zone: 'UTC', machine: null });
  assert.ok(calendar !== null);
  const from = minutes.from + 3 * day;
  const to = minutes.from + open.length * minute;
  const said: boolean[] = [];
  for (let at = from; at < to; ) {
    const look = calendar.look(at, false);
    assert.ok(look.time !== null);
    // Out of sight is further than this, even where a window opens every minute.
    const inSight = at + 60 * minute;
    const until = Math.min(to, look.open ? (look.time.closes ?? inSight) : look.time.opens);
    for (; at < until; at += minute) said.push(look.open);
  }
  const expected = open.slice(3 * 1440);
  const wrong = said.findIndex((value, index) => value !== expected[index]);
  const when = new Date(from + wrong * minute).toISOString();
  assert.equal(
    wrong,
    -1,
    `${one.name} in ${turn.zone} at ${when}: ${said[wrong]}, KURED_HOST_WINDOWS=${process.env['KURED_HOST_WINDOWS'] ?? 1}`,
  );
}
