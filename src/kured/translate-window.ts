import { dayNames } from '../core/window/days.ts';
import { writeTimeOfDay } from '../core/window/time-of-day.ts';
import { localZone, parseZoneName } from '../core/window/zone-name.ts';
import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';
import { kuredDays, kuredTime } from './times.ts';

const wholeDay = 86_400;
const flagsOfWindow = ['reboot-days', 'start-time', 'end-time', 'time-zone'] as const;

/** The one window that kured has: none of its flags, or all of the week, mean any time. */
export function translateWindow(flags: FlagSet, sheet: SheetDraft): void {
  if (!flagsOfWindow.some((name) => flags.has(name))) return;
  const days = flags.has('reboot-days') ? kuredDays(flags.list('reboot-days')) : [0, 1, 2, 3, 4, 5, 6];
  const start = timeOf(flags, 'start-time', 0, sheet);
  const end = timeOf(flags, 'end-time', wholeDay - 1, sheet);
  const zone = zoneOf(flags, sheet);
  if ('wrong' in days) {
    sheet.problem(
      `--reboot-days has "${days.wrong.slice(0, 60)}", which is no day to kured; it does not start with it`,
    );
    return;
  }
  if (start === null || end === null || zone === null) return;
  if (days.length === 0) {
    // Without days kured never reboots, and says nothing.
    sheet.write(
      'mode',
      'observe',
      'kured has no day on which it may reboot, and neither has this: take the line away to allow reboots',
    );
    return;
  }
  if (days.length === 7 && start === 0 && end === wholeDay - 1) {
    for (const name of flagsOfWindow) {
      if (flags.has(name)) sheet.note(name, 'all days from 0:00 to 23:59:59 mean any time, so that there is no window');
    }
    return;
  }
  writeWindow({ days, start, end, zone }, sheet);
}

interface KuredWindow {
  readonly days: readonly number[];
  readonly start: number;
  /** kured's last second. */
  readonly end: number;
  readonly zone: string;
}

function writeWindow({ days, start, end, zone }: KuredWindow, sheet: SheetDraft): void {
  // From 17:00:01 to 17:00 over midnight is the whole of each of the days.
  const around = end + 1 === start;
  const [from, to] = around ? [0, wholeDay] : [start, end + 1];
  const overMidnight = !around && start > end;
  const comments = [
    ...(to === wholeDay
      ? []
      : [`kured's end ${writeTimeOfDay(end)} lasts through that second; kured-host's end is the first moment outside`]),
    ...(zone === localZone ? ['Local is the zone of this machine; that of the image of kured is UTC'] : []),
    'a drain that still runs when it closes is backed out, where kured went on',
  ];
  const named = days.map((day) => dayNames[day] ?? '');
  const window = {
    days: named,
    start: writeTimeOfDay(from),
    end: to === wholeDay ? '24:00' : writeTimeOfDay(to),
    timeZone: zone,
  };
  sheet.write('maintenance.windows', [window], comments.join('; '));
  if (overMidnight && days.length < 7) {
    const rule = 'as in kured the day of now must be one of the days; with opening, the day on which the window opened';
    sheet.write('maintenance.weekdayOf', 'current', rule);
  }
}

function timeOf(flags: FlagSet, name: 'start-time' | 'end-time', usual: number, sheet: SheetDraft): number | null {
  if (!flags.has(name)) return usual;
  const text = flags.text(name);
  const time = kuredTime(text);
  if (time === null) {
    const hint = /^\d:\d\d(am|pm)$/.test(text) ? `; as 0${text} it would` : '';
    sheet.problem(`--${name} is "${text.slice(0, 60)}", with which kured does not start${hint}`);
  }
  return time;
}

function zoneOf(flags: FlagSet, sheet: SheetDraft): string | null {
  const text = flags.has('time-zone') ? flags.text('time-zone') : 'UTC';
  const zone = parseZoneName(text);
  if (zone.valid) return zone.value;
  sheet.problem(`--time-zone is "${text.slice(0, 60)}", ${zone.why}; kured does not start with it`);
  return null;
}
