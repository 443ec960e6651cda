/** A maintenance window: when the node may reboot. Times are of the wall clock in `timeZone`. */
export type WindowSettings = DaysWindow | CronWindow;

/** From `start` to `end` on the given days; one that ends at or before its start ends on the day after. */
export interface DaysWindow extends AnyWindow {
  readonly kind: 'days';
  /** 0 for Sunday to 6 for Saturday, ascending, each once. */
  readonly days: readonly number[];
  /** Seconds of the day, 0 to 86,399. */
  readonly start: number;
  /** Seconds of the day, exclusive, 0 to 86,400; never the same as `start`. */
  readonly end: number;
}

/** Opens whenever the wall clock meets the cron expression, and stays open for `duration` of real time. */
export interface CronWindow extends AnyWindow {
  readonly kind: 'cron';
  /** As it was written; core/window/cron-fields.ts reads it. */
  readonly cron: string;
  /** Milliseconds. */
  readonly duration: number;
}

interface AnyWindow {
  /** An IANA name, or `Local`: that of the machine. */
  readonly timeZone: string;
  /** It counts only for a need that has waited for longer than the deadline. */
  readonly afterDeadline: boolean;
}

/** Dates on which nothing opens, both ends included: `2026-12-24`, or every year `12-24`. Both ends are written alike. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

export interface MaintenanceSettings {
  /** No window at all: any time will do. */
  readonly windows: readonly WindowSettings[];
  readonly exclude: readonly DateRange[];
  /** Which day has to be one of a window's days: the one it opened on, or, as kured has it, the one it is now. */
  readonly weekdayOf: 'opening' | 'current';
  /** Milliseconds after which a need waits for no ordinary window any more; null: it waits as long as it takes. */
  readonly deadline: number | null;
  /** Milliseconds by which a window opens later on this node at most; null: on time everywhere. */
  readonly randomDelay: number | null;
}
