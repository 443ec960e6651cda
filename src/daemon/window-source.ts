import { formatDuration } from '../config/duration.ts';
import { wallText } from '../core/now.ts';
import type { Permission } from '../core/permission.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { MaintenanceSettings } from '../core/window/settings.ts';
import type { WindowNow } from '../metrics/input.ts';
import type { Clock } from '../ports/clock.ts';
import type { PermissionSource } from '../ports/source.ts';
import { openCalendar, type Place, type WindowLook } from '../windows/calendar.ts';
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
    const why = time === null ? this.#later(needSince, wall) : reason('window-closed', { opens: opensText(time) });
    return { is: 'refused', reasons: [why] };
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
    return { open, edge: (open ? time?.closes : time?.opens) ?? null };
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
    const never = Number.POSITIVE_INFINITY;
    if ('trouble' in found) return { standing: found.trouble.code, edge: never };
    const { open, time } = found.look;
    if (time === null) return { standing: String(open), edge: never };
    const edge = open ? (time.closes ?? never) : time.opens;
    return { standing: `${open} ${edge}`, edge };
  }

  /** No window is to come that counts by now: one may once the deadline has passed. */
  #later(needSince: number | null, wall: number): Reason {
    const { deadline } = this.#parts.settings();
    if (deadline === null || this.#isLate(needSince, wall)) return reason('window-none');
    const passes = (needSince ?? wall) + deadline;
    const found = this.#look(passes, true);
    if ('trouble' in found || !(found.look.open || found.look.time !== null)) return reason('window-none');
    const { open, time } = found.look;
    if (needSince === null)
      return reason('window-after-deadline', { opens: `once a need has waited for ${formatDuration(deadline)}` });
    const opens = time === null || open ? wallText(passes) : opensText(time);
    return reason('window-after-deadline', { opens });
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
