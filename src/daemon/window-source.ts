import { formatDuration } from '../config/duration.ts';
import { wallText } from '../core/now.ts';
import type { Permission } from '../core/permission.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { MaintenanceSettings } from '../core/window/settings.ts';
import type { WindowNow } from '../metrics/input.ts';
import type { Clock } from '../ports/clock.ts';
import type { PermissionSource } from '../ports/source.ts';
import { openCalendar, type Place, type WindowLook, type WindowTime } from '../windows/calendar.ts';
import { opensText } from '../windows/words.ts';

export interface WindowSourceParts {
  readonly clock: Clock;
  readonly settings: () => MaintenanceSettings;
  /** Asked each time: a person may give the machine another time zone. */
  readonly place: () => Place;
  /** When this program was built, milliseconds since 1970: a clock that shows less is wrong. */
  readonly built: number;
}

/** No timer is longer, so that a clock that is set is noticed (core/limits.ts, DESIGN of the clock port). */
const longestSleep = 600_000;
const never = Number.POSITIVE_INFINITY;

/** Maintenance windows as a source of permission: asked at any time, and heard of at every edge. */
export class WindowSource implements PermissionSource {
  readonly name = 'windows';
  readonly #parts: WindowSourceParts;
  readonly #watching = new Set<() => void>();

  constructor(parts: WindowSourceParts) {
    this.#parts = parts;
  }

  async ask(_signal: AbortSignal, needSince: number | null = null): Promise<Permission> {
    const { wall } = this.#parts.clock.now();
    const found = this.#look(wall, this.#isLate(needSince, wall));
    if ('trouble' in found) return { is: 'unknown', reasons: [found.trouble] };
    const { open, time } = found.look;
    if (open) return { is: 'allowed' };
    return { is: 'refused', reasons: [this.#closed(time, needSince, wall)] };
  }

  /** When the last window closed. */
  since(): number | null {
    const { clock, settings, place } = this.#parts;
    return openCalendar(settings(), place())?.closedSince(clock.now().wall) ?? null;
  }

  /** Whether a window is open and when that changes, for a need that waits since then; null: it cannot be told. */
  now(needSince: number | null): WindowNow | null {
    const { wall } = this.#parts.clock.now();
    const found = this.#look(wall, this.#isLate(needSince, wall));
    if ('trouble' in found) return null;
    const { open, time } = found.look;
    if (open) return { open, edge: time?.closes ?? null };
    const at = Math.min(time?.opens ?? never, this.#afterDeadline(needSince, wall)?.at ?? never);
    return { open, edge: at === never ? null : at };
  }

  watch(hint: () => void, signal: AbortSignal): void {
    let cancel = (): void => {};
    let last: string | null = null;
    const look = (): void => {
      cancel();
      const { wall } = this.#parts.clock.now();
      const { standing, edge } = this.#standing(wall);
      if (last !== null && last !== standing) hint();
      last = standing;
      cancel = this.#parts.clock.timer(Math.min(longestSleep, edge - wall), look);
    };
    const leave = (): void => {
      cancel();
      this.#watching.delete(look);
    };
    if (signal.aborted) return;
    signal.addEventListener('abort', leave, { once: true });
    this.#watching.add(look);
    look();
  }

  /** The settings, or the machine's time zone, may have changed. */
  reconsider(): void {
    for (const look of this.#watching) look();
  }

  /** What is to be noticed when it becomes another, and when that will be. */
  #standing(wall: number): { readonly standing: string; readonly edge: number } {
    const found = this.#look(wall, false);
    if ('trouble' in found) return { standing: found.trouble.code, edge: never };
    const { open, time } = found.look;
    if (time === null) return { standing: String(open), edge: never };
    const edge = open ? (time.closes ?? never) : time.opens;
    return { standing: `${open} ${edge}`, edge };
  }

  /** Which opens next: of the windows that count by now, or of those that do once the deadline has passed. */
  #closed(time: WindowTime | null, needSince: number | null, wall: number): Reason {
    const later = this.#afterDeadline(needSince, wall);
    if (later !== null && (time === null || later.at < time.opens)) {
      return reason('window-after-deadline', { opens: later.opens });
    }
    return time === null ? reason('window-none') : reason('window-closed', { opens: opensText(time) });
  }

  /** When a reboot is permitted after the deadline; null: there is none to come, it has passed, or nothing opens then. */
  #afterDeadline(needSince: number | null, wall: number): { readonly at: number; readonly opens: string } | null {
    const { deadline } = this.#parts.settings();
    if (deadline === null || this.#isLate(needSince, wall)) return null;
    const passes = (needSince ?? wall) + deadline;
    const found = this.#look(passes, true);
    if ('trouble' in found || !(found.look.open || found.look.time !== null)) return null;
    const { open, time } = found.look;
    if (needSince === null) return { at: never, opens: `once a need has waited for ${formatDuration(deadline)}` };
    return time === null || open ? { at: passes, opens: wallText(passes) } : { at: time.opens, opens: opensText(time) };
  }

  #isLate(needSince: number | null, wall: number): boolean {
    const { deadline } = this.#parts.settings();
    return deadline !== null && needSince !== null && wall - needSince >= deadline;
  }

  #look(wall: number, late: boolean): { readonly look: WindowLook } | { readonly trouble: Reason } {
    const { settings, place, built } = this.#parts;
    const maintenance = settings();
    if (maintenance.windows.length === 0) return { look: { open: true, time: null } };
    if (wall < built) return { trouble: reason('clock-behind', { now: wallText(wall), built: wallText(built) }) };
    const calendar = openCalendar(maintenance, place());
    if (calendar !== null) return { look: calendar.look(wall, late) };
    const why = 'the time zone of this machine (Local) cannot be told';
    return { trouble: reason('permission-unknown', { source: this.name, why }) };
  }
}
