import { IANAZone } from 'luxon';
import { localZone } from '../core/window/zone-name.ts';

/**
 * The wall clock of a place. A reading of it (`local`) is written as the milliseconds since 1970 that the same reading would
 * be in UTC; a moment is milliseconds since 1970.
 */
export interface Zone {
  readonly name: string;
  /** What the wall clock shows at a moment. */
  localOf(moment: number): number;
  /**
   * The first moment at which the wall clock shows this reading or a later one: where the clock is put forward over it, the end
   * of that gap; where it comes twice, the first time. So it never goes down as readings go up.
   */
  momentOf(local: number): number;
}

/** The zone of a name out of the settings; null when the machine's own (`Local`) cannot be told. */
export function openZone(name: string, machineZone: string): Zone | null {
  const zone = IANAZone.create(name === localZone ? machineZone : name);
  if (!zone.isValid) return null;
  const offset = (moment: number): number => Math.round(zone.offset(moment) * minute);
  const localOf = (moment: number): number => moment + offset(moment);
  return { name: zone.name, localOf, momentOf: (local) => momentOf(local, offset) };
}

const minute = 60_000;
const hour = 60 * minute;
/** No zone is further from UTC: -12 to +14 hours (tz database), and a little more. */
const farWest = 13 * hour;
const farEast = 15 * hour;

function momentOf(local: number, offset: (moment: number) => number): number {
  const before = offset(local - farEast);
  const after = offset(local + farWest);
  if (before === after) return local - before;
  const turn = turnOf(local - farEast, local + farWest, before, offset);
  if (local - before < turn) return local - before;
  return Math.max(turn, local - after);
}

/** When the offset changes from `before`, by bisection: between `low` and `high` it changes once (a test over all zones holds that). */
function turnOf(low: number, high: number, before: number, offset: (moment: number) => number): number {
  let [last, first] = [low, high];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offset(middle) === before) last = middle;
    else first = middle;
  }
  return first;
}
