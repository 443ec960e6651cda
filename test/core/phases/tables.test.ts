import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhaseName } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { momentOf, possibleEvents } from './every-event.ts';
import { everyState } from './every-state.ts';
import type { Sample } from './samples.ts';
import { backingOutTable } from './tables/backing-out.ts';
import { drainingTable } from './tables/draining.ts';
import { idleTable } from './tables/idle.ts';
import { queuedTable } from './tables/queued.ts';
import { rebootingTable } from './tables/rebooting.ts';
import { recoveringTable } from './tables/recovering.ts';
import { restoringTable } from './tables/restoring.ts';
import type { Rows, Table } from './tables/row.ts';
import { stoppedTable } from './tables/stopped.ts';
import { verifyingTable } from './tables/verifying.ts';
import { waitingTable } from './tables/waiting.ts';
import { outcomeWords } from './words.ts';

/** A phase without a table, a way without a sample, and an event without variants fail the type check. */
const tables: { readonly [Name in PhaseName]: Table<string> } = {
  recovering: recoveringTable,
  idle: idleTable,
  waiting: waitingTable,
  queued: queuedTable,
  draining: drainingTable,
  rebooting: rebootingTable,
  verifying: verifyingTable,
  restoring: restoringTable,
  'backing-out': backingOutTable,
  stopped: stoppedTable,
};

for (const [name, samples] of Object.entries(everyState())) {
  const { always, ways } = tables[name as PhaseName];
  describe(`${name}: what follows from each event`, () => {
    for (const [way, sample] of Object.entries<Sample>(samples)) {
      const table = ways[way];
      it(`${way}`, () => follows(sample, table?.waits ?? '', always, table?.rows ?? {}));
    }
    it('has no row for an event that cannot come', () => {
      const possible = new Set(Object.values<Sample>(samples).flatMap((sample) => [...possibleEvents(sample).keys()]));
      for (const event of Object.keys(always)) assert.ok(possible.has(event), event);
    });
  });
}

function follows(sample: Sample, waits: string, always: Rows, rows: Rows): void {
  const events = possibleEvents(sample);
  const got: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const [name, event] of events) {
    got[name] = outcomeWords(transition(sample.state, event, momentOf(sample, name)));
    wanted[name] = rows[name] ?? always[name] ?? (name === 'away' ? rows['permission-hint'] : undefined) ?? waits;
  }
  for (const name of Object.keys(rows)) assert.ok(events.has(name), `no such event can come: ${name}`);
  assert.equal(outcomeWords({ state: sample.state, effects: [], wakeAt: null }), waits);
  assert.deepEqual(got, wanted);
}
