import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** Nothing follows from anything. */
export const stoppedTable: Table<Ways['stopped']> = {
  always: {},
  ways: {
    only: { waits: 'stopped | | starting', rows: {} },
  },
};
