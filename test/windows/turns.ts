/** Where and when clocks are put forward or back, found by Intl alone. */
export interface Turn {
  readonly zone: string;
  /** A moment within the day before the turn; the turn comes within 24 hours after it. */
  readonly before: number;
}

const day = 86_400_000;

/** Days after which the offset of the zone is another one, from the first day of one year to the last of another. */
export function turnsOf(zone: string, firstYear: number, lastYear: number): readonly Turn[] {
  const clock = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const offset = (moment: number): string => clock.format(moment).split(', ')[1] ?? '';
  const turns: Turn[] = [];
  let last = offset(Date.UTC(firstYear, 0, 1));
  for (let moment = Date.UTC(firstYear, 0, 1); moment < Date.UTC(lastYear + 1, 0, 1); moment += day) {
    const next = offset(moment + day);
    if (next !== last) turns.push({ zone, before: moment });
    last = next;
  }
  return turns;
}

/** All of them by `KURED_HOST_WINDOWS=all`; else as many as `count`, the same for the same seed. */
export function sample<T>(all: readonly T[], count: number): readonly T[] {
  const { KURED_HOST_WINDOWS: wanted = '1' } = process.env;
  if (wanted === 'all') return all;
  let state = Number(wanted) >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
  return Array.from({ length: Math.min(count, all.length) }, () => all[Math.floor(random() * all.length)] as T);
}
