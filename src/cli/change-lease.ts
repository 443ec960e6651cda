import { readRecord, writeRecord } from '../core/lease/format.ts';
import { type LeaseObject, type LeaseRef, leaseText } from '../core/lease/object.ts';
import { leaseMissing } from '../core/lease/pool.ts';
import type { LeaseRecord } from '../core/lease/record.ts';
import { honourForceRelease } from '../core/lease/release.ts';
import { fraction } from '../core/now.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import { exitOf, type Reached, tellReason } from './cluster.ts';
import { interrupted } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

/**
 * What became of a person's wish.
 * - `changed`: acknowledged; `before` is the record it was decided on, `after` what was written.
 * - `unneeded`: the record, read fresh, needs no change; `maybeOurs` when an earlier try without an answer can be why.
 * - `told`: it was told why not, and this is the exit code.
 */
export type Changing =
  | { readonly is: 'changed'; readonly before: LeaseRecord; readonly after: LeaseRecord }
  | { readonly is: 'unneeded'; readonly record: LeaseRecord; readonly maybeOurs: boolean }
  | { readonly is: 'told'; readonly code: ExitCode };

const tries = 8;
/** Milliseconds between two tries, and as much again by chance. */
const between = 100;
const mayLand = 'one try had no answer and may still take effect: look with `kured-host lease show`';

/**
 * Changes the pool's Lease by compare-and-swap. `change` answers the record it wants, or null when there is nothing to do;
 * it is asked again on a fresh read after each conflict and after each answer that did not come. A release by force that
 * an admin left in the Lease is carried out in the same write, as every write does it.
 */
export async function changeLease(
  io: Io,
  on: Reached,
  change: (record: LeaseRecord) => LeaseRecord | null,
): Promise<Changing> {
  const { leases } = on.ready.cluster;
  let maybeOurs = false;
  for (let count = 0; count < tries; count += 1) {
    if (count > 0) await io.clock.sleep(between * (1 + fraction(io.clock.now())), on.signal).catch(() => {});
    if (on.signal.aborted) break;
    const found = await readLeaseOrTell(io, on);
    if (found.is === 'told') {
      if (maybeOurs) io.err(`in the Lease ${leaseText(on.settings.lease)} ${mayLand}\n`);
      return found;
    }
    const wanted = change(found.record);
    if (wanted === null) return { is: 'unneeded', record: found.record, maybeOurs };
    const after = honourForceRelease(wanted);
    const written = await leases.write(writeRecord(found.object, after, io.clock.now()), on.signal);
    switch (written.is) {
      case 'written':
        return { is: 'changed', before: found.record, after };
      case 'refused':
        tellReason(io, written.reason);
        return { is: 'told', code: exitOf(written.reason) };
      case 'unknown':
        maybeOurs = true;
        io.err(`no answer whether it was written, looking again: ${reasonSentence(written.reason)}\n`);
        break;
      case 'conflict':
      case 'gone':
        break;
    }
  }
  return givenUp(io, on, maybeOurs);
}

function givenUp(io: Io, on: Reached, maybeOurs: boolean): Changing {
  const late = maybeOurs ? mayLand : 'nothing was changed';
  const lease = leaseText(on.settings.lease);
  if (on.signal.aborted) {
    io.err(`interrupted; in the Lease ${lease} ${late}\n`);
    return { is: 'told', code: exitCode.failed };
  }
  io.err(`the Lease ${lease} was changed by others each time in ${tries} tries; ${late}; try again\n`);
  return { is: 'told', code: maybeOurs ? exitCode.unavailable : exitCode.failed };
}

/** The Lease as it is now, by consistent read; or it was told why not. */
export async function readLeaseOrTell(
  io: Io,
  on: Reached,
): Promise<
  | { readonly is: 'found'; readonly object: LeaseObject; readonly record: LeaseRecord }
  | { readonly is: 'told'; readonly code: ExitCode }
> {
  const ref: LeaseRef = on.settings.lease;
  const read = await on.ready.cluster.leases.read(ref, 'consistent', on.signal);
  if (read.is === 'failed' && on.signal.aborted) return { is: 'told', code: interrupted(io) };
  if (read.is === 'failed') {
    tellReason(io, read.reason);
    return { is: 'told', code: exitOf(read.reason) };
  }
  if (read.is === 'gone') {
    tellReason(io, leaseMissing(ref));
    return { is: 'told', code: exitCode.failed };
  }
  const reading = readRecord(read.object);
  if (reading.readable) return { is: 'found', object: read.object, record: reading.record };
  const { namespace, name } = ref;
  tellReason(io, reason('lease-unreadable', { lease: leaseText(ref), why: reading.why, namespace, name }));
  return { is: 'told', code: exitCode.failed };
}
