import { leaseText } from '../core/lease/object.ts';
import type { Holder, Slot } from '../core/lease/record.ts';
import { forceRelease } from '../core/lease/release.ts';
import { changeLease } from './change-lease.ts';
import type { Reached } from './cluster.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { holdersOf, holderText, holderView, slotOf } from './lease-text.ts';
import type { Telling } from './telling.ts';

/** Removes the node's entry, and says in which phase it was and what that node may still do. */
export async function releaseByForce(io: Io, on: Reached, node: string, tell: Telling): Promise<ExitCode> {
  const lease = leaseText(on.settings.lease);
  const changing = await changeLease(io, on, (record) => {
    const released = forceRelease(record, node);
    return released.granted ? released.record : null;
  });
  if (changing.is === 'told') return changing.code;
  if (changing.is === 'unneeded') {
    if (!changing.maybeOurs) {
      io.err(`${node} holds nothing in ${lease}; ${holdersOf(changing.record, io.clock.now())}\n`);
      return exitCode.failed;
    }
    const words = `the entry of ${node} is gone from ${lease}; the machine may still go down`;
    tell.done(words, { lease, node, released: true, forced: true, entry: null });
    return exitCode.done;
  }
  const slot = slotOf(changing.before, node);
  if (slot === null) return exitCode.failed;
  const was = holderText(slot, io.clock.now());
  const entry = holderView(slot);
  tell.done(`removed from ${lease}: ${was}\n${next(node, slot)}`, { lease, node, released: true, forced: true, entry });
  return exitCode.done;
}

/** What that machine may still do, by the phase it was in when the entry went. */
function next(node: string, slot: Slot<Holder>): string {
  if (!slot.readable)
    return `what it was doing cannot be read: ${node} may still go down while another node takes its turn`;
  switch (slot.entry.phase) {
    case 'draining':
    case 'backing-out':
      return `${node} may still go down until its daemon has seen this; then it evicts nothing more and uncordons itself (if no daemon runs there, it stays cordoned)`;
    case 'rebooting':
      return `it was told to reboot: ${node} may still go down while another node takes its turn; after that boot it is verified and uncordons itself`;
    case 'verifying':
      if (slot.entry.releaseAfter !== undefined) return `it had rebooted, and only kept its place for a while`;
      return `it has rebooted and was not seen Ready since: ${node} may still go down; if its daemon runs it is verified and uncordons itself, without the Lease`;
  }
}
