import { formatDuration } from '../config/duration.ts';
import { readRecord } from '../core/lease/format.ts';
import { leaseText } from '../core/lease/object.ts';
import type { Holder, LeaseRecord, Slot } from '../core/lease/record.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { WatchEvent } from '../ports/cluster.ts';
import type { Reached } from './cluster.ts';
import type { Io } from './io.ts';
import { holderText, slotOf } from './lease-text.ts';
import { noDeadline } from './timeout.ts';

export interface ReleaseWait {
  readonly node: string;
  /** The entry as it was when it was asked. */
  readonly slot: Slot<Holder>;
  /** Milliseconds; null: as long as it takes. */
  readonly timeout: number | null;
  readonly say: (line: string) => void;
}

/**
 * Watches the Lease until the node's claim is gone from it, and says each change of its phase. Ended by the timeout or by a
 * person, it says that the request stays, and how to go on.
 */
export async function awaitRelease(io: Io, on: Reached, wait: ReleaseWait): Promise<'released' | 'failed'> {
  const lease = leaseText(on.settings.lease);
  using deadline = wait.timeout === null ? noDeadline(on.signal) : io.clock.deadline(wait.timeout, on.signal);
  let last = holderText(wait.slot, io.clock.now());
  let said = phaseOf(wait.slot);
  for await (const told of on.ready.cluster.leases.watch(on.settings.lease, deadline.signal)) {
    const found = look(told, lease);
    if (found.is === 'nothing') continue;
    if (found.is === 'trouble') {
      wait.say(found.why);
      continue;
    }
    const slot = found.is === 'gone' ? null : slotOf(found.record, wait.node);
    if (slot === null || claimOf(slot) !== claimOf(wait.slot)) return 'released';
    if (found.is === 'record' && found.record.release !== wait.node) {
      io.err(`somebody took the request away; ${holderText(slot, io.clock.now())}\n`);
      return 'failed';
    }
    last = holderText(slot, io.clock.now());
    if (phaseOf(slot) !== said) wait.say(last);
    said = phaseOf(slot);
  }
  giveUp(io, on, wait, last);
  return 'failed';
}

type Found =
  | { readonly is: 'nothing' }
  | { readonly is: 'gone' }
  | { readonly is: 'trouble'; readonly why: string }
  | { readonly is: 'record'; readonly record: LeaseRecord };

function look(told: WatchEvent<Parameters<typeof readRecord>[0]>, lease: string): Found {
  switch (told.is) {
    case 'resumed':
      return { is: 'nothing' };
    case 'broken':
      return { is: 'trouble', why: `cannot see the Lease at the moment: ${reasonSentence(told.reason)}` };
    case 'deleted':
      return { is: 'gone' };
    case 'listed':
    case 'changed': {
      const object = told.is === 'listed' ? told.objects[0] : told.object;
      if (object === undefined) return { is: 'gone' };
      const reading = readRecord(object);
      if (reading.readable) return { is: 'record', record: reading.record };
      return { is: 'trouble', why: `the Lease ${lease} cannot be understood at the moment: ${reading.why}` };
    }
  }
}

function giveUp(io: Io, on: Reached, { node, timeout }: ReleaseWait, last: string): void {
  const { namespace, name } = on.settings.lease;
  const why = on.signal.aborted ? 'stopped waiting' : `not released within ${formatDuration(timeout ?? 0)}`;
  io.err(
    `${why}: ${last}; the request stays in the Lease, so it backs out as soon as it can\n` +
      `  to take the request away: kubectl annotate lease -n ${namespace} ${name} kured-host/release-\n` +
      `  if the node will not come back: kured-host lease release ${node} --force\n`,
  );
}

function phaseOf(slot: Slot<Holder>): string {
  return slot.readable ? `${slot.entry.phase} ${slot.entry.stuck ?? ''}` : '?';
}

/** Names one claim; an entry that cannot be read is known by its text. */
function claimOf(slot: Slot<Holder>): string {
  return slot.readable ? slot.entry.claim : slot.text;
}
