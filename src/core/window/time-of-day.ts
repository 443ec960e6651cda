import { bad, good, type Reading } from './reading.ts';

/**
 * Reads a time of the day, in seconds since midnight, as kured does (Go layouts `15:04`, `15:04:05`, `03:04pm`, `15`,
 * `03pm`, `3pm`): `9`, `09`, `9:30`, `17:00:30`, `23:59:59.5` (cut), `9pm`, `09:30am`, `12am`, `00pm`. Besides that `9:30am`, which its
 * documentation shows, and `24:00`, the end of the day.
 */
export function parseTimeOfDay(text: string): Reading<number> {
  if (text === '24:00') return good(86_400);
  const [, hours = '', minutes = '0', seconds = '0', half = ''] =
    /^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,]\d+)?(?!.*m))?)?(am|pm)?$/.exec(text) ?? [];
  if (hours === '') return bad('which is no time of day, such as 22:00, 9pm or 09:30am');
  const hour = half === '' ? Number(hours) : hourOf(Number(hours), half);
  if (hour === null || hour > 23) return bad('whose hour does not exist');
  if (Number(minutes) > 59 || Number(seconds) > 59) return bad('whose minutes or seconds are more than 59');
  return good(hour * 3600 + Number(minutes) * 60 + Number(seconds));
}

/** `22:00`, or `22:00:30` where there are seconds. */
export function writeTimeOfDay(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[2] === 0 ? parts.slice(0, 2) : parts;
  return shown.map((part) => String(part).padStart(2, '0')).join(':');
}

function hourOf(hours: number, half: string): number | null {
  if (hours > 12) return null;
  return (hours % 12) + (half === 'pm' ? 12 : 0);
}
