/** A time of the day as kured reads it, in seconds since midnight; null: it does not start with it. */
export function kuredTime(text: string): number | null {
  for (const layout of layouts) {
    const [, hours, minutes = '0', seconds = '0', half = ''] = layout.exec(text) ?? [];
    if (hours === undefined) continue;
    const hour = half === '' ? Number(hours) : (Number(hours) % 12) + (half === 'pm' ? 12 : 0);
    if (hour > 23 || (half !== '' && Number(hours) > 12) || Number(minutes) > 59 || Number(seconds) > 59) return null;
    return hour * 3600 + Number(minutes) * 60 + Number(seconds);
  }
  return null;
}

/** Go's `15:04`, `15:04:05` (with a fraction, which kured drops), `03:04pm`, `15`, `03pm` and `3pm`. */
const layouts = [
  /^(\d\d?):(\d\d)$/,
  /^(\d\d?):(\d\d):(\d\d)(?:[.,]\d+)?$/,
  /^(\d\d):(\d\d)()(am|pm)$/,
  /^(\d\d?)$/,
  /^(\d\d?)()()(am|pm)$/,
];

const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Days of the week as kured reads them, 0 for Sunday; the text that is none, where there is one. Empty texts are passed over. */
export function kuredDays(texts: readonly string[]): readonly number[] | { readonly wrong: string } {
  const days = new Set<number>();
  for (const text of texts.filter((each) => each !== '')) {
    const day = dayOf(text);
    if (day === null) return { wrong: text };
    days.add(day);
  }
  return [...days].sort();
}

function dayOf(text: string): number | null {
  if (/^[+-]?\d{1,18}$/.test(text)) return Number(text) >= 0 && Number(text) <= 6 ? Math.abs(Number(text)) : null;
  const name = text.toLowerCase();
  const at = names.findIndex((long) => [long, long.slice(0, 3), long.slice(0, 2)].includes(name));
  return at === -1 ? null : at;
}
