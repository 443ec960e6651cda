import { readRecord, writeRecord } from '../../src/core/lease/format.ts';
import type { Holder, LeaseRecord } from '../../src/core/lease/record.ts';
import { askRelease, forceRelease, pause, resume } from '../../src/core/lease/release.ts';
import { holder } from '../core/lease/samples.ts';
import { type Fresh, knowsOlder, owner, stored } from './machine.ts';
import type { Add, Draft, Fault, Witness } from './parts.ts';
import { currentNode, mono, wall } from './tokens.ts';
import { forgedBoot, ownIn } from './witness.ts';

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
  const own = ownIn(record, name);
  const holds = own !== null;
  if (record.paused === null && name === 'n1') edits('an admin pauses the pool', 'pause', pause(record, 'work'));
  if (record.paused !== null && name === 'n1') edits('an admin resumes the pool', null, resume(record));
  if (holds && record.release === null)
    edits(`an admin asks ${name} to release`, 'release', granted(askRelease(record, name)));
  const byForce = { byForce: true };
  if (own === null) {
    edits(`another node writes an entry of ${name}`, 'forge', withEntry(record, forgedEntry(machine)), byForce);
    return;
  }
  const boot = { id: forgedBoot, soft: 0 };
  edits(`another node writes another boot into ${name}'s entry`, 'forge', withEntry(record, { ...own, boot }), byForce);
  const other = { ...own, boot, claim: 'forged' };
  edits(`another node writes another claim of another boot there`, 'forge', withEntry(record, other), byForce);
  edits(`an admin takes ${name} out by force`, 'force', granted(forceRelease(record, name)), byForce);
  if (record.forceRelease === null)
    edits(`an admin wants ${name} taken out by force`, 'annotate', { ...record, forceRelease: name }, byForce);
}

/** With this as the only entry of its node. */
function withEntry(record: LeaseRecord, entry: Holder): LeaseRecord {
  const others = record.holders.filter((slot) => !slot.readable || slot.entry.node !== entry.node);
  return { ...record, holders: [...others, { readable: true, entry }] };
}

/** As if the machine had rebooted for what it needs. */
function forgedEntry({ name, need }: Draft['machine']): Holder {
  const slot = holder(name, {
    claim: 'forged',
    by: 'forged',
    boot: { id: forgedBoot, soft: 0 },
    phase: 'rebooting',
    method: 'logind',
    attempt: 1,
    need: { fingerprint: need?.fingerprint ?? 'need-1', reasons: [] },
  });
  if (!slot.readable) throw new Error('a sample is readable');
  return slot.entry;
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
