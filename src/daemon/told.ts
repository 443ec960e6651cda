import type { EventCode, EventFields } from '../ports/outlets.ts';

/** One line of the log. */
export interface Told {
  readonly code: EventCode;
  readonly fields: EventFields;
}
