import type { Need } from '../need.ts';
import { type Now, wallText } from '../now.ts';
import { outsideText } from '../outside-text.ts';
import { isMyTurn, join, leave, placeOf, strictestLimit, type TurnWatch } from './queue.ts';
import {
  type Holder,
  type LeaseRecord,
  type Me,
  type NeedNote,
  newestFormat,
  type PoolSettings,
  type Ruling,
} from './record.ts';

/** What came of asking for the Lease: the claim, else a place in the queue, else why neither. */
export type ClaimOrPlace =
  | { readonly granted: true; readonly record: LeaseRecord; readonly got: 'claim' | 'place' }
  | { readonly granted: false; readonly because: ClaimRefusal | 'full' };

/**
 * - `holding`: my entry is there already; that is no new claim, it goes through recovery.
 * - `paused`, `no-room`, `not-my-turn`: as the words say, in this order.
 */
export type ClaimRefusal = 'holding' | 'paused' | 'no-room' | 'not-my-turn';

/**
 * How many may hold at once: the admin's annotation, else the smallest of my own setting, the head's, and those in the
 * holders' entries, so that the strictest wins while settings differ. At most 32.
 */
export function roomLimit(record: LeaseRecord, settings: PoolSettings): number {
  return strictestLimit(record, settings.concurrency);
}

/**
 * The record after my claim, whose id is the chance of this moment. The same write takes me out of the queue, together with
 * the entries before mine when I pass them by, and counts leaseTransitions up.
 */
export function claim(
  record: LeaseRecord,
  me: Me,
  need: Need,
  settings: PoolSettings,
  turn: TurnWatch | null,
  now: Now,
): Ruling<ClaimRefusal> {
  const refusal = refusalOf(record, me, settings, turn, now);
  if (refusal !== null) return { granted: false, because: refusal };
  const passed = placeOf(record, me.node) ?? record.queue.length;
  const entry = newHolder(me, need, settings, now);
  const queue = leave({ ...record, queue: record.queue.slice(passed) }, me.node).queue;
  const holders = [...record.holders, { readable: true, entry } as const];
  return { granted: true, record: { ...record, holders, queue, transitions: record.transitions + 1 } };
}

/**
 * One write that gets as far as it can: the claim, else a place in the queue (also while the pool is paused). A node that
 * has its place already is told what the claim waits for.
 */
export function claimOrJoin(
  record: LeaseRecord,
  me: Me,
  need: Need,
  settings: PoolSettings,
  turn: TurnWatch | null,
  now: Now,
): ClaimOrPlace {
  const claimed = claim(record, me, need, settings, turn, now);
  if (claimed.granted) return { ...claimed, got: 'claim' };
  const joined = join(record, me, settings, now.chance, now);
  if (joined.granted) return { ...joined, got: 'place' };
  return { granted: false, because: joined.because === 'full' ? 'full' : claimed.because };
}

/** What asked, as the entry says it: the fingerprint whole, of the reasons a handful, so that 32 entries stay small. */
export function needNote(need: Need): NeedNote {
  const reasons = need.reasons.slice(0, mostReasons).map((reason) => outsideText(reason, longestReason));
  return { fingerprint: need.fingerprint, reasons };
}

const mostReasons = 5;
const longestReason = 100;

function refusalOf(
  record: LeaseRecord,
  me: Me,
  settings: PoolSettings,
  turn: TurnWatch | null,
  now: Now,
): ClaimRefusal | null {
  if (record.holders.some((slot) => slot.readable && slot.entry.node === me.node)) return 'holding';
  if (record.paused !== null) return 'paused';
  if (record.holders.length >= roomLimit(record, settings)) return 'no-room';
  return isMyTurn(record, me, turn, now) ? null : 'not-my-turn';
}

function newHolder(me: Me, need: Need, settings: PoolSettings, now: Now): Holder {
  return {
    node: me.node,
    uid: me.uid,
    machine: me.machine,
    claim: now.chance,
    boot: me.boot,
    phase: 'draining',
    by: me.by,
    attempt: 0,
    starts: 0,
    need: needNote(need),
    limit: settings.concurrency,
    reads: newestFormat,
    since: wallText(now.wall),
    changed: wallText(now.wall),
  };
}
