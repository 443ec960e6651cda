import { compareBoot } from '../boot-mark.ts';
import type { Need } from '../need.ts';
import type { Now } from '../now.ts';
import { outsideText } from '../outside-text.ts';
import type { RebootSettings } from '../settings.ts';
import { needNote, roomLimit } from './claim.ts';
import { entryOfMyName, type OwnEntry, ownEntry, rewrite } from './own-entry.ts';
import {
  type Holder,
  type HolderPhase,
  type LeaseRecord,
  type Me,
  newestFormat,
  type PoolSettings,
  type Ruling,
} from './record.ts';

export { isMyClaim } from './own-entry.ts';

/** The entry under my name, whatever claim, boot or machine made it; null when none can be read. */
export function mine(record: LeaseRecord, me: Me): Holder | null {
  return entryOfMyName(record, me)?.entry ?? null;
}

/** Says that the holder is alive, as it does once a minute while draining. Any phase, any boot. */
export function renew(record: LeaseRecord, me: Me, claim: string, now: Now): Ruling<'claim-lost'> {
  const own = ownEntry(record, me, claim);
  return own === null ? refused('claim-lost') : granted(rewrite(record, own, {}, me, now));
}

export type FenceRefusal =
  | 'claim-lost'
  | 'not-draining'
  | 'paused'
  | 'release-asked'
  | 'others-rebooting'
  | 'no-attempt-left'
  | 'soft-unprovable';

/**
 * The fence: the last write before the reboot is asked for. From `draining`, or once more from `rebooting` when an earlier
 * call came to nothing that is certain.
 *
 * - `claim-lost`: no entry with my claim, machine and boot, or one that a person wants removed by force.
 * - `not-draining`: the phase is `backing-out` or `verifying`.
 * - `soft-unprovable`: a soft reboot keeps the boot ID, and the entry's count of them is not the one of now, or nobody counts.
 * - `others-rebooting`: as many others as the limit are `rebooting` or `verifying`; entries that cannot be read count.
 */
export function fence(
  record: LeaseRecord,
  me: Me,
  claim: string,
  need: Need,
  reboot: Pick<RebootSettings, 'method' | 'attempts'>,
  settings: PoolSettings,
  now: Now,
): Ruling<FenceRefusal> {
  const own = ownEntry(record, me, claim);
  if (own === null || !isThisBoot(own.entry, me) || record.forceRelease === me.node) return refused('claim-lost');
  const { phase, attempt } = own.entry;
  if (phase !== 'draining' && phase !== 'rebooting') return refused('not-draining');
  if (record.paused !== null) return refused('paused');
  if (record.release === me.node) return refused('release-asked');
  if (othersDown(record, own) >= roomLimit(record, settings)) return refused('others-rebooting');
  if (attempt >= reboot.attempts) return refused('no-attempt-left');
  if (reboot.method === 'soft-reboot' && !provesSoft(own.entry, me)) return refused('soft-unprovable');
  // Who asks again needs nobody any more.
  const { stuck: _, ...entry } = own.entry;
  const change = {
    phase: 'rebooting',
    attempt: attempt + 1,
    need: needNote(need),
    method: reboot.method,
  } as const;
  return granted(rewrite(record, { at: own.at, entry }, change, me, now));
}

/** Whether a soft reboot of this claim would be proven by systemd's count of them: the entry has it as it is now. */
export function provesSoft({ boot }: Holder, me: Me): boolean {
  return boot.soft !== null && boot.soft === me.boot.soft;
}

/** Whether what was read back is the very fence this process wrote as its `attempt`: only then may the reboot be asked for. */
export function fenceIsMine(record: LeaseRecord, me: Me, claim: string, attempt: number): boolean {
  const entry = ownEntry(record, me, claim)?.entry;
  return (
    entry !== undefined &&
    isThisBoot(entry, me) &&
    entry.phase === 'rebooting' &&
    entry.by === me.by &&
    entry.attempt === attempt
  );
}

export type MoveRefusal = 'claim-lost' | 'other-boot' | 'wrong-phase';

/** `rebooting` back to `draining`, in the boot of the claim, for one who is certain that no reboot will come. The attempt stays counted. */
export function takeFenceBack(record: LeaseRecord, me: Me, claim: string, now: Now): Ruling<MoveRefusal> {
  const own = ownEntry(record, me, claim);
  if (own !== null && !isThisBoot(own.entry, me)) return refused('other-boot');
  return move(record, me, claim, ['rebooting'], 'draining', now);
}

/**
 * `draining` or `rebooting` to `backing-out`; again when it is that already. From `rebooting` only for one who is certain that no
 * reboot will come, and with another boot in the entry only for one who knows that somebody else wrote that; the record knows neither.
 */
export function declareBackOut(
  record: LeaseRecord,
  me: Me,
  claim: string,
  now: Now,
): Ruling<Exclude<MoveRefusal, 'other-boot'>> {
  return move(record, me, claim, ['draining', 'rebooting', 'backing-out'], 'backing-out', now);
}

/**
 * Recovery's first rewrite: this process takes the entry under my name as its own (`by`, `starts` + 1, the Node's UID as it
 * is now), and says `verifying` when the caller found that the boot differs. An entry that is `backing-out` stays that in
 * any boot.
 *
 * - `claim-lost`: there is none.
 * - `other-machine`: another machine made it and the Node's UID is the entry's, or either UID is not known: two machines may
 *   live under one name. With another UID the node was replaced, and the new machine takes the entry over, to verify only.
 * - `same-boot`: verifying, in the boot of the claim.
 */
export function recordStart(
  record: LeaseRecord,
  me: Me,
  now: Now,
  verifying: boolean,
): Ruling<'claim-lost' | 'other-machine' | 'same-boot'> {
  const own = entryOfMyName(record, me);
  if (own === null) return refused('claim-lost');
  const { machine, uid, boot, phase, starts } = own.entry;
  const replaced = machine !== me.machine;
  if (replaced && (uid === '' || me.uid === '' || uid === me.uid)) return refused('other-machine');
  if (verifying && !replaced && compareBoot(boot, me.boot) === 'same') return refused('same-boot');
  const next: HolderPhase = (verifying || replaced) && phase !== 'backing-out' ? 'verifying' : phase;
  const identity = { machine: me.machine, uid: me.uid === '' ? uid : me.uid, reads: newestFormat };
  return granted(rewrite(record, own, { ...identity, starts: starts + 1, phase: next }, me, now));
}

/** Writes into the own entry when the release delay of so many milliseconds ends; refused when it stands there already. */
export function delayRelease(
  record: LeaseRecord,
  me: Me,
  claim: string,
  ms: number,
  now: Now,
): Ruling<'claim-lost' | 'noted'> {
  const own = ownEntry(record, me, claim);
  if (own === null) return refused('claim-lost');
  if (releaseLeft(own.entry, ms, now) !== null) return refused('noted');
  const releaseAfter = new Date(now.wall + ms).toISOString();
  return granted(rewrite(record, own, { releaseAfter }, me, now));
}

/**
 * How much is left of a release delay of so many milliseconds, by the clock of the node whose entry it is; null: none is noted,
 * or one that ends later than it can, because the clock was set back.
 */
export function releaseLeft({ releaseAfter }: Holder, ms: number, now: Now): number | null {
  const left = Date.parse(releaseAfter ?? '') - now.wall;
  return Number.isNaN(left) || left > ms ? null : Math.max(0, left);
}

/** Writes why a person is needed beside the phase, or with null takes it away. Any phase, any boot. */
export function markStuck(
  record: LeaseRecord,
  me: Me,
  claim: string,
  why: string | null,
  now: Now,
): Ruling<'claim-lost'> {
  const own = ownEntry(record, me, claim);
  if (own === null) return refused('claim-lost');
  const { stuck: _, ...free } = own.entry;
  const entry: Holder = why === null ? free : { ...free, stuck: stuckText(why) };
  return granted(rewrite(record, { at: own.at, entry }, {}, me, now));
}

/** Why, as the entry says it. */
export function stuckText(why: string): string {
  return outsideText(why, longestStuck);
}

const longestStuck = 300;

function move(
  record: LeaseRecord,
  me: Me,
  claim: string,
  from: readonly HolderPhase[],
  to: HolderPhase,
  now: Now,
): Ruling<Exclude<MoveRefusal, 'other-boot'>> {
  const own = ownEntry(record, me, claim);
  if (own === null) return refused('claim-lost');
  if (!from.includes(own.entry.phase)) return refused('wrong-phase');
  // Who moves on needs nobody any more; others go by what the entry says.
  const { stuck: _, ...free } = own.entry;
  return granted(rewrite(record, { at: own.at, entry: free }, { phase: to }, me, now));
}

/** By the boot ID alone: somebody's soft reboot in the middle of a claim ends neither the claim nor its drain. */
function isThisBoot(holder: Holder, me: Me): boolean {
  return holder.boot.id === me.boot.id;
}

function othersDown(record: LeaseRecord, own: OwnEntry): number {
  return record.holders.filter((slot, at) => at !== own.at && (!slot.readable || isDown(slot.entry.phase))).length;
}

function isDown(phase: HolderPhase): boolean {
  return phase === 'rebooting' || phase === 'verifying';
}

function granted(record: LeaseRecord): { readonly granted: true; readonly record: LeaseRecord } {
  return { granted: true, record };
}

function refused<Word extends string>(because: Word): { readonly granted: false; readonly because: Word } {
  return { granted: false, because };
}
