import { readMark } from '../../src/core/cordon-mark.ts';
import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Holder, LeaseRecord } from '../../src/core/lease/record.ts';
import type { Event } from '../../src/core/phases/event.ts';
import type { Machine, Witness, Write } from './parts.ts';
import { mono } from './tokens.ts';

/** The laws by rules of their own: each check names the law that is broken, or null. Nothing of the core's deciding is used. */

/** The boot that others write into an entry: one that no machine ever had. */
export const forgedBoot = 'boot-900';

export function entryOf(lease: LeaseObject, name: string): Holder | null {
  const reading = readRecord(lease);
  return reading.readable ? ownIn(reading.record, name) : null;
}

export function ownIn(record: LeaseRecord, name: string): Holder | null {
  const slot = record.holders.find((at) => at.readable && at.entry.node === name);
  return slot?.readable ? slot.entry : null;
}

/** A process knows nothing of what an earlier one was told. */
export function started(witness: Witness): Witness {
  return { ...witness, permission: null, drained: null, proven: false };
}

/** What a process is told. */
export function heard(machine: Machine, event: Event): Witness {
  const { witness } = machine;
  switch (event.on) {
    case 'permission':
      return { ...witness, permission: { allowed: event.answer.is === 'allowed', askedAt: event.askedAt } };
    case 'permission-hint':
      return { ...witness, permission: null };
    case 'drain-ended':
      return event.end.is === 'done' ? { ...witness, drained: seenClaim(machine) } : witness;
    case 'node-read':
    case 'node-patched':
    case 'node-watch':
      return isUp(machine) ? { ...witness, proven: true } : witness;
    default:
      return witness;
  }
}

function isUp({ node, boot }: Machine): boolean {
  return node.bootID === boot && node.ready === 'True';
}

/** The own claim as the process last saw the Lease. */
function seenClaim(machine: Machine): string | null {
  const seen = machine.process?.state.facts.lease.seen;
  return seen?.is === 'lease' ? (entryOf(seen.object, machine.name)?.claim ?? null) : null;
}

/** Laws 1, 2 and 4, at the moment the reboot is asked for. */
export function breachOfCall(machine: Machine, lease: LeaseObject): string | null {
  const { witness, process } = machine;
  if (witness.permission?.allowed !== true) return 'a reboot is asked for without permission';
  if (mono - witness.permission.askedAt > 10_000)
    return 'a reboot is asked for with permission of more than ten seconds ago';
  const entry = entryOf(lease, machine.name);
  if (witness.byForce) return null;
  if (entry?.phase !== 'rebooting' || entry.by !== process?.by)
    return 'a reboot is asked for without a fence of this process';
  if (witness.drained !== entry.claim) return 'a reboot is asked for by a process that has not seen the drain end';
  if (witness.met.includes(entry.need.fingerprint)) return 'a second reboot for the same need';
  return null;
}

/** Law 1: no node goes down without its entry saying so. */
export function breachOfGoingDown(machine: Machine, lease: LeaseObject): string | null {
  if (machine.witness.byForce || entryOf(lease, machine.name)?.phase === 'rebooting') return null;
  return 'a node goes down and no entry says so';
}

/** Law 1 in every state: as each node that is out has an entry, no more are out than there are entries. */
export function breachOfState({ witness, name }: Machine, lease: LeaseObject): string | null {
  const free = !witness.out || witness.byForce || entryOf(lease, name) !== null;
  return free ? null : 'a node is out and has no entry';
}

/** Law 3, as a PATCH of the Node takes effect. */
export function breachOfPatch(
  machine: Machine,
  lease: LeaseObject,
  write: Extract<Write, { do: 'patch-node' }>,
): string | null {
  const { witness, goingDown } = machine;
  const { patch } = write;
  const entry = entryOf(lease, machine.name);
  const mark = patch.annotations['kured-host/claim'];
  if (typeof mark === 'string') {
    const { claim } = JSON.parse(mark) as { readonly claim: string };
    return witness.byForce || entry?.claim === claim ? null : 'a mark of ours without its claim';
  }
  if (mark !== null) return null;
  if (patch.unschedulable === false && witness.cordonBy !== 'us') return "a person's cordon is undone";
  if (goingDown && !witness.byForce) return 'the Node is restored while the machine goes down';
  return null;
}

/** Laws 3 and 4, as a restore is sent: no need is met without a reboot, and nothing is undone of a claim that has rebooted before this boot is proven. */
export function breachOfSending(
  machine: Machine,
  lease: LeaseObject,
  { patch }: Extract<Write, { do: 'patch-node' }>,
): string | null {
  if (patch.annotations['kured-host/claim'] !== null) return null;
  if (typeof patch.annotations['kured-host/handled'] === 'string' && !machine.witness.rebooted)
    return 'a need is noted as met without a reboot';
  const entry = entryOf(lease, machine.name);
  if (entry?.phase === 'backing-out' || entry?.boot.id === forgedBoot) return null;
  const marked = readMark(machine.node);
  const from = entry?.boot.id ?? (marked.is === 'mark' ? marked.mark.boot.id : machine.boot);
  return from !== machine.boot && !machine.witness.proven ? 'the Node is restored before the boot is proven' : null;
}

/** Laws 1 and 3, as a write of the Lease takes effect. */
export function breachOfLeaseWrite(machine: Machine, lease: LeaseObject, after: LeaseObject): string | null {
  const before = readRecord(lease);
  const reading = readRecord(after);
  if (!before.readable || !reading.readable) return 'a Lease that cannot be read is written';
  const [was, is] = [ownIn(before.record, machine.name), ownIn(reading.record, machine.name)];
  const claims = is !== null && was?.claim !== is.claim;
  const standing = before.record.holders.filter(
    (slot) => !slot.readable || slot.entry.node !== before.record.forceRelease,
  );
  if (claims && standing.length >= is.limit) return 'a claim at the limit';
  if (claims && before.record.paused !== null) return 'a claim in a paused pool';
  if (was !== null && is?.claim !== was.claim)
    return before.record.forceRelease === machine.name ? null : breachOfRelease(machine, was);
  if (was === null || is === null) return null;
  if (is.attempt > was.attempt && before.record.paused !== null) return 'a fence in a paused pool';
  if (is.attempt > was.attempt && othersDown(before.record, machine.name) >= is.limit)
    return 'a fence beside too many that are down';
  if (is.attempt > was.attempt && before.record.release === machine.name) return 'a fence of who is asked to release';
  if (was.phase === 'backing-out' && is.phase !== 'backing-out') return 'an entry leaves backing-out';
  if (is.phase === 'backing-out' && machine.goingDown) return 'a back-out while the machine goes down';
  return null;
}

function othersDown({ holders }: LeaseRecord, name: string): number {
  const isUp = ['draining', 'backing-out'];
  return holders.filter((slot) => !slot.readable || (slot.entry.node !== name && !isUp.includes(slot.entry.phase)))
    .length;
}

function breachOfRelease(machine: Machine, was: Holder): string | null {
  const mark = readMark(machine.node);
  if (mark.is === 'mark' && mark.mark.claim === was.claim) return 'a release before the Node is restored';
  return machine.goingDown && !machine.witness.byForce ? 'a release while the machine goes down' : null;
}
