import { readRecord, writeRecord } from '../../src/core/lease/format.ts';
import type { LeaseRecord } from '../../src/core/lease/record.ts';
import { askRelease, forceRelease, pause, resume } from '../../src/core/lease/release.ts';
import { type Fresh, knowsOlder, owner, stored } from './machine.ts';
import type { Add, Draft, Fault, Witness } from './parts.ts';
import { currentNode, mono, wall } from './tokens.ts';
import { ownIn } from './witness.ts';

/** What a person can do to this machine's Node and to the Lease about it. */
export function personsDeeds(of: Draft, fresh: Fresh, add: Add): void {
  const { machine, lease } = of;
  const { name } = machine;
  byHand(of, add);
  const reading = readRecord(lease);
  if (!reading.readable) return;
  const { record } = reading;
  const edits = (what: string, fault: Fault | null, after: LeaseRecord | null, change: Partial<Witness> = {}): void => {
    if (after !== null) add(what, fault, () => edited(of, after, fresh, change));
  };
  const holds = ownIn(record, name) !== null;
  if (record.paused === null && name === 'n1') edits('an admin pauses the pool', 'pause', pause(record, 'work'));
  if (record.paused !== null && name === 'n1') edits('an admin resumes the pool', null, resume(record));
  if (holds && record.release === null)
    edits(`an admin asks ${name} to release`, 'release', granted(askRelease(record, name)));
  if (!holds) return;
  const byForce = { byForce: true };
  edits(`an admin takes ${name} out by force`, 'force', granted(forceRelease(record, name)), byForce);
  if (record.forceRelease === null)
    edits(`an admin wants ${name} taken out by force`, 'annotate', { ...record, forceRelease: name }, byForce);
}

function edited(of: Draft, after: LeaseRecord, { chance }: Fresh, change: Partial<Witness>): Draft {
  const moved = knowsOlder(of.machine, 'lease');
  const lease = stored(writeRecord(of.lease, after, { mono, wall, chance }));
  return { ...of, machine: { ...moved, witness: { ...moved.witness, ...change } }, lease, leaseMoved: true };
}

/** `kubectl cordon` and `uncordon`: who does it owns the field. */
function byHand(of: Draft, add: Add): void {
  const { machine } = of;
  const unschedulable = !machine.node.unschedulable;
  const word = unschedulable ? 'cordon' : 'uncordon';
  add(`a person ${word}s ${machine.name}`, word, () => {
    const moved = knowsOlder(machine, 'node');
    const cordonOwner = owner(unschedulable ? 'kubectl' : null);
    const node = { ...moved.node, unschedulable, cordonOwner, resourceVersion: currentNode };
    const witness = { ...moved.witness, cordonBy: unschedulable ? ('person' as const) : ('nobody' as const) };
    return { ...of, machine: { ...moved, node, witness } };
  });
}

function granted(ruling: ReturnType<typeof askRelease>): LeaseRecord | null {
  return ruling.granted ? ruling.record : null;
}
