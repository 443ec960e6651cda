import type { EventCode } from '../ports/outlets.ts';
import type { EventRow } from './event-row.ts';
import { hookRows } from './rows-hooks.ts';
import { leaseRows } from './rows-lease.ts';
import { needRows } from './rows-need.ts';
import { outsideRows } from './rows-outside.ts';
import { serviceRows } from './rows-service.ts';
import { workRows } from './rows-work.ts';

/** Every kind of event. The message catalogue is made from this table. */
export const eventRows: Readonly<Record<EventCode, EventRow>> = {
  ...serviceRows,
  ...needRows,
  ...leaseRows,
  ...workRows,
  ...hookRows,
  ...outsideRows,
};
