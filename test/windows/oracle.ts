/**
 * What windows mean, told minute by minute, by Intl's wall clock alone. It shares nothing with src/windows: no arithmetic
 * with offsets, no cron-parser, no luxon.
 *
 * A reading of the wall clock is reached once: in the first minute that shows it or a later one. So readings that are left
 * out are reached together when the gap ends, and those that come twice, the first time.
 */
export interface Minutes {
  /** The moment of the first minute. */
  readonly from: number;
  /** For each minute the readings that are reached in it. */
  readonly reached: readonly (readonly Reading[])[];
}

/** What the wall clock shows, `2026-03-29 02:30`; the day is 0 for Sunday. */
interface Reading {
  readonly text: string;
  readonly day: number;
}

const minute = 60_000;

export function minutesOf(timeZone: string, from: number, to: number): Minutes {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const reached: Reading[][] = [];
  let last = clock.format(from - minute);
  let day = -1;
  for (let moment = from; moment < to; moment += minute) {
    const now = clock.format(moment);
    const news: Reading[] = [];
    while (last < now) {
      last = after(last);
      if (last.endsWith('00:00') || day < 0) day = new Date(`${last.slice(0, 10)}T00:00:00Z`).getUTCDay();
      news.push({ text: last, day });
    }
    reached.push(news);
  }
  return { from, reached };
}

/** The reading one minute later on a wall clock that nobody puts forward or back. */
function after(reading: string): string {
  const [head, minutes] = [reading.slice(0, -2), Number(reading.slice(-2))];
  if (minutes < 59) return `${head}${String(minutes + 1).padStart(2, '0')}`;
  const next = new Date(`${reading.replace(' ', 'T')}:00Z`);
  return new Date(next.getTime() + minute).toISOString().slice(0, 16).replace('T', ' ');
}

export interface OracleWindow {
  /** Whether it opens when this reading is reached; `day` is 0 for Sunday. */
  readonly opens: (reading: string, day: number) => boolean;
  /** After so many minutes, or when this reading is reached. */
  readonly closes: { readonly after: number } | { readonly at: (reading: string, day: number) => boolean };
}

/** Minute by minute, whether the window is open; a date that is excluded closes at its beginning and opens nothing. */
export function oracle(
  minutes: Minutes,
  window: OracleWindow,
  excluded: (date: string) => boolean,
): readonly boolean[] {
  let until = -1;
  return minutes.reached.map((readings, index) => {
    for (const { text: reading, day } of readings) {
      const closed = excluded(reading.slice(0, 10));
      if (closed || ('at' in window.closes && window.closes.at(reading, day))) until = index;
      if (closed || !window.opens(reading, day)) continue;
      until = 'at' in window.closes ? Number.POSITIVE_INFINITY : Math.max(until, index + window.closes.after);
    }
    return index < until;
  });
}
