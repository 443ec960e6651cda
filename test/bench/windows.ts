import { performance } from 'node:perf_hooks';
import { acceptTexts } from '../../src/config/accept.ts';
import { openCalendar } from '../../src/windows/calendar.ts';

/** What makes a calendar search long: many rules and zones, dates that are rare, and exclusions that leave hardly any. */
const maintenance = `maintenance:
  windows:
    - {cron: "0 3 29 2 *", duration: 1h, timeZone: Asia/Kathmandu}
    - {cron: "30 2 * * sun", duration: 4h, timeZone: America/New_York}
    - {days: [sat, sun], start: "22:00", end: "5:00", timeZone: Europe/Berlin}
    - {days: mon, start: "0:30", end: "2:30", timeZone: Australia/Lord_Howe}
  exclude: [2026-11-27..2076-02-28]
  randomDelay: 30m
`;

/** Milliseconds that each of these many questions takes: whether a window is open and when the next one opens, half a century ahead. */
export function windowQueries(times: number): readonly number[] {
  const accepted = acceptTexts([{ file: 'bench', text: maintenance }]);
  if (!accepted.valid) throw new Error(JSON.stringify(accepted.problems));
  const asked = [Date.parse('2026-11-27T12:00Z'), Date.parse('2076-11-27T12:00Z')];
  return Array.from({ length: times }, (_, at) => {
    const began = performance.now();
    const calendar = openCalendar(accepted.settings.maintenance, { zone: 'UTC', machine: 'bench' });
    const { time } = calendar?.look(asked[at % asked.length] ?? 0, false) ?? {};
    if (!(Date.parse('2076-01-01') < (time?.opens ?? 0)))
      throw new Error(`no window was found: ${JSON.stringify(time)}`);
    return performance.now() - began;
  });
}
