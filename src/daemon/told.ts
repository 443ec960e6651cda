import type { EventCode, LogFields } from '../ports/outlets.ts';

/** One line of the log. */
export interface Told {
  readonly code: EventCode;
  readonly fields: LogFields;
}
