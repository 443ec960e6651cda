import type { Row } from './recovery-row.ts';
import { drainingRows } from './recovery-rows-draining.ts';
import { fencedRows } from './recovery-rows-fenced.ts';
import { otherRows } from './recovery-rows-other.ts';
import { unclaimedRows } from './recovery-rows-unclaimed.ts';

/** What a start of the service can find, and what comes of it, by the number of its row. */
export const recoveryRows: readonly Row[] = [...unclaimedRows, ...drainingRows, ...fencedRows, ...otherRows].toSorted(
  (one, other) => one.gives[0] - other.gives[0],
);
