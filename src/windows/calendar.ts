import type { MaintenanceSettings, WindowSettings } from '../core/window/settings.ts';
import { cronOpenings } from './cron.ts';
import { daysOpenings } from './days.ts';
import { delayFraction } from './delay.ts';
import { dayLength, openExclusions } from './exclusions.ts';
import type { Opening } from './opening.ts';
import { type Run, runsOf } from './runs.ts';
import { openZone, type Zone } from './zone.ts';

/** A time in which this node may reboot. */
export interface WindowTime {
  /** When it opens, for everybody. */
  readonly starts: number;
  /** When it opens for this node, after its delay. */
  readonly opens: number;
  /** Null: no end is in sight. */
  readonly closes: number | null;
  readonly zone: Zone;
}

export interface WindowLook {
  readonly open: boolean;
  /** The time that is now, or the next one; null: none is to come. */
  readonly time: WindowTime | null;
}

/** The maintenance windows as one, for one machine. */
export interface Calendar {
  /** Whether a window is open; `late`: for a need that has waited longer than the deadline. */
  look(at: number, late: boolean): WindowLook;
  /** When the last time that is over ended; null: none did within a year, or one is open whose end is not in sight. */
  closedSince(at: number): number | null;
  /** The next times that begin after `at`, at most `count`, and none behind one without an end in sight. */
  next(at: number, count: number): readonly WindowTime[];
}

export interface Place {
  /** What `Local` means here: an IANA name. */
  readonly zone: string;
  /** Names this machine, for its delay; null: no delay is added. */
  readonly machine: string | null;
}

/** Null: a window's time zone is `Local`, and the machine's zone is not known. */
export function openCalendar(settings: MaintenanceSettings, place: Place): Calendar | null {
  const windows: Placed[] = [];
  for (const window of settings.windows) {
    const zone = openZone(window.timeZone, place.zone);
    if (zone === null) return null;
    windows.push({ window, zone });
  }
  const exclusions = openExclusions(settings.exclude);
  const openings = ({ window, zone }: Placed, from: number): Generator<Opening> =>
    window.kind === 'days'
      ? daysOpenings(window, settings.weekdayOf, zone, exclusions, from)
      : cronOpenings(window, zone, exclusions, from);
  const ordinary = windows.filter(({ window }) => !window.afterDeadline);
  const longest = place.machine === null ? 0 : (settings.randomDelay ?? 0);
  const times = (of: readonly Placed[], from: number, at: number, delay: number): Generator<WindowTime> => {
    // Twice the delay, as it is to be at most half of the time.
    const runs = runsOf(
      of.map((window) => openings(window, from - delay)),
      { at, least: Math.max(dayLength, 2 * delay) },
    );
    return timesOf(runs, from - delay, delay, place.machine ?? '');
  };
  return {
    look(at, late) {
      if (windows.length === 0) return { open: true, time: null };
      if (!late) return lookAt(times(ordinary, at, at, longest), at);
      if (ordinary.length < windows.length) return lookAt(times(windows, at, at, 0), at);
      return lookOutside(
        windows.map(({ zone }) => zone),
        exclusions,
        at,
      );
    },
    closedSince(at) {
      for (const days of lookBack) {
        const last = lastClosing(times(ordinary, at - days * dayLength, at, longest), at);
        if (last !== 'none') return last;
      }
      return null;
    },
    next(at, count) {
      const found: WindowTime[] = [];
      for (const time of times(ordinary, at, at, longest)) {
        if (found.length === count) break;
        if (time.opens > at) found.push(time);
      }
      return found;
    },
  };
}

interface Placed {
  readonly window: WindowSettings;
  readonly zone: Zone;
}

function lookAt(times: Generator<WindowTime>, at: number): WindowLook {
  for (const time of times) {
    if (time.closes === null || time.closes > at) return { open: time.opens <= at, time };
  }
  return { open: false, time: null };
}

/** Days, a few first: windows that open each minute are many. */
const lookBack = [2, 35, 366] as const;

/** Null: what is open has no end in sight, and a look further back would walk over all of it. */
function lastClosing(times: Generator<WindowTime>, at: number): number | null | 'none' {
  let last: number | 'none' = 'none';
  for (const { starts, opens, closes } of times) {
    if (starts > at) break;
    if (closes === null && opens <= at && last === 'none') return null;
    if (closes !== null && closes <= at) last = closes;
  }
  return last;
}

/**
 * With this node's delay: at most `delay`, and at most half of the time itself, so that every node has the other half. What
 * began at `from` or before may have begun earlier than is seen here; but its delay is over.
 */
function* timesOf(runs: Generator<Run>, from: number, delay: number, machine: string): Generator<WindowTime> {
  for (const { opens: starts, closes, zone } of runs) {
    const most = closes === null ? delay : Math.min(delay, (closes - starts) / 2);
    const late = starts <= from ? 0 : Math.floor((delayFraction(machine, starts) * most) / 1000) * 1000;
    yield { starts, opens: starts + late, closes, zone };
  }
}

/** Past the deadline any time will do, but for the dates that are excluded in one of the zones. */
function lookOutside(zones: readonly Zone[], exclusions: ReturnType<typeof openExclusions>, at: number): WindowLook {
  let moment = at;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const closed = zones.find((zone) => exclusions.has(Math.floor(zone.localOf(moment) / dayLength)));
    const [first] = zones;
    if (closed === undefined) {
      if (moment === at || first === undefined) return { open: moment === at, time: null };
      return { open: false, time: { starts: moment, opens: moment, closes: null, zone: first } };
    }
    const free = exclusions.firstFree(Math.floor(closed.localOf(moment) / dayLength));
    if (free === null) break;
    moment = closed.momentOf(free * dayLength);
  }
  return { open: false, time: null };
}

/** Zones differ by little more than a day, and ranges are skipped whole. */
const mostTries = 1000;
