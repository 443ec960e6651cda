import { readRecord, writeRecord } from '../../src/core/lease/format.ts';
import type { LeaseRecord } from '../../src/core/lease/record.ts';
import { askRelease, forceRelease, pause, resume } from '../../src/core/lease/release.ts';
import { type Draft, type Fresh, knowsOlder, owner, stored } from './machine.ts';
import type { Fault, Machine, Outcome } from './parts.ts';
import { currentNode, mono, wall } from './tokens.ts';
import { ownIn } from './witness.ts';

/** What a person can do to this machine's Node and to the Lease about it. */
export function personsDeeds(of: Draft, fresh: Fresh): readonly Outcome[] {
  const { machine, lease } = of;
  const reading = readRecord(lease);
  if (!reading.readable) return [];
  const { record } = reading;
  const found: Outcome[] = [];
  const edits = (
    what: string,
    fault: Fault | null,
    after: LeaseRecord | null,
    change: Partial<Machine['witness']> = {},
  ): void => {
    if (after === null) return;
    const object = stored(writeRecord(lease, after, { mono, wall, chance: fresh.chance }));
    const moved = knowsOlder(machine, 'lease', of.model);
    const next = { ...moved, witness: { ...moved.witness, ...change } };
    found.push({ what, fault, machine: next, lease: object, breach: null });
  };
  const holds = ownIn(record, machine.name) !== null;
  if (record.paused === null && machine.name === 'n1')
    edits('an admin pauses the pool', 'pause', pause(record, 'work'));
  if (record.paused !== null && machine.name === 'n1') edits('an admin resumes the pool', null, resume(record));
  if (holds && record.release === null)
    edits(`an admin asks ${machine.name} to release`, 'release', granted(askRelease(record, machine.name)));
  if (holds)
    edits(`an admin takes ${machine.name} out by force`, 'force', granted(forceRelease(record, machine.name)), {
      byForce: true,
    });
  found.push(byHand(of, !machine.node.unschedulable));
  return found;
}

/** `kubectl cordon` and `uncordon`: who does it owns the field. */
function byHand({ machine, model }: Draft, unschedulable: boolean): Outcome {
  const moved = knowsOlder(machine, 'node', model);
  const node = {
    ...moved.node,
    unschedulable,
    cordonOwner: owner(unschedulable ? 'kubectl' : null),
    resourceVersion: currentNode,
  };
  const witness = { ...moved.witness, cordonBy: unschedulable ? ('person' as const) : ('nobody' as const) };
  const word = unschedulable ? 'cordon' : 'uncordon';
  return {
    what: `a person ${word}s ${machine.name}`,
    fault: word,
    machine: { ...moved, node, witness },
    lease: null,
    breach: null,
  };
}

function granted(ruling: ReturnType<typeof askRelease>): LeaseRecord | null {
  return ruling.granted ? ruling.record : null;
}
