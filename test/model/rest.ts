import { readMark } from '../../src/core/cordon-mark.ts';
import { readHandled } from '../../src/core/handled.ts';
import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import { placeOf } from '../../src/core/lease/queue.ts';
import type { Machine } from './parts.ts';
import { ownIn } from './witness.ts';

/**
 * Whether a machine has come to rest beside this Lease.
 * - `done`: it needs nothing more, or may not, and nothing of ours is left anywhere.
 * - `stuck`: it needs a person and says why.
 * - `waits`: it waits for others, which is rest only while somebody is stuck.
 * - `busy`: it has to go on.
 */
export type Rest = 'done' | 'stuck' | 'waits' | 'busy';

export function restOf(machine: Machine, lease: LeaseObject): Rest {
  const { process, node } = machine;
  const reading = readRecord(lease);
  if (process === null || machine.goingDown || machine.late.length > 0 || !reading.readable) return 'busy';
  const { phase } = process.state;
  if ('stuck' in phase && phase.stuck !== null) return 'stuck';
  const entry = ownIn(reading.record, machine.name);
  if (entry !== null || readMark(node).is !== 'none' || machine.witness.cordonBy === 'us') return 'busy';
  const queued = placeOf(reading.record, machine.name) !== null;
  const held = machine.permission === 'refused' || reading.record.paused !== null;
  if (phase.name === 'idle' && !queued) return machine.need === null || isMet(machine) ? 'done' : 'busy';
  if (phase.name === 'waiting' && held && !queued) return 'done';
  return phase.name === 'queued' || phase.name === 'waiting' ? 'waits' : 'busy';
}

function isMet({ need, node }: Machine): boolean {
  return readHandled(node)?.need.fingerprint === need?.fingerprint;
}
