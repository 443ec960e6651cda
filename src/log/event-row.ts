import type { EventCode, LogLevel } from '../ports/outlets.ts';

/** What belongs to a kind of event and never changes from one time to the next. */
export interface EventRow {
  /** MESSAGE_ID of the journal (sd-id128(3)); once given out it keeps its meaning for ever. */
  readonly id: string;
  readonly level: LogLevel;
  /** Without a full stop; details follow it where people read. */
  readonly text: string;
  /**
   * What `journalctl -x` says about it. `@KURED_REMEDY@` is filled in by journalctl from the entry's field, and only where
   * that is at most 256 bytes long.
   */
  readonly explanation: string;
}

/** The rows of one topic. */
export type EventRows = Readonly<Partial<Record<EventCode, EventRow>>>;
