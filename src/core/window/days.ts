import { bad, good, type Reading } from './reading.ts';

export const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const longNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/**
 * Reads days of the week as kured does: `su`, `sun`, `sunday` in any case, 0 (Sunday) to 6, entries without text skipped.
 * Besides that a range, `mon-fri` or `fri-mon`, and blanks around an entry. Ascending, each once; none at all is refused.
 */
export function parseDays(entries: readonly string[]): Reading<readonly number[]> {
  const found = new Set<number>();
  for (const entry of entries.map((text) => text.trim()).filter((text) => text !== '')) {
    const days = daysOf(entry);
    if (days === null) return bad('which has an entry that is no day: sun to sat, or 0 (Sunday) to 6, or mon-fri');
    for (const day of days) found.add(day);
  }
  if (found.size === 0) return bad('which has no day, so that it would never open');
  return good([...found].sort());
}

function daysOf(entry: string): readonly number[] | null {
  const [from, to, ...more] = entry.split(/(?<=[a-z])-/i);
  const first = dayOf(from ?? '');
  if (first === null || more.length > 0) return null;
  if (to === undefined) return [first];
  const last = dayOf(to);
  if (last === null) return null;
  const length = ((last - first + 7) % 7) + 1;
  return Array.from({ length }, (_, step) => (first + step) % 7);
}

function dayOf(text: string): number | null {
  // Go's strconv.Atoi, which kured uses: a sign and leading zeros are good.
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text) >= 0 && Number(text) <= 6 ? Math.abs(Number(text)) : null;
  const name = text.toLowerCase();
  const at = longNames.findIndex((long, index) => [long, long.slice(0, 2), dayNames[index]].includes(name));
  return at === -1 ? null : at;
}
