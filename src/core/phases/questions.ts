import type { Answer } from '../answer.ts';
import { readMark } from '../cordon-mark.ts';
import { needStanding, rebootsToday } from '../handled.ts';
import { describePause } from '../lease/describe.ts';
import { isMyClaim, mine } from '../lease/hold.ts';
import { isSameLease, leaseText } from '../lease/object.ts';
import type { Holder, LeaseRecord, RebootMethod } from '../lease/record.ts';
import { honourForceRelease, isReleaseAsked } from '../lease/release.ts';
import type { Need } from '../need.ts';
import type { NodeSnapshot } from '../node-view.ts';
import { heldBy, withHold, withRequest } from '../node-wishes.ts';
import type { Now } from '../now.ts';
import type { Permission } from '../permission.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import { handledOf } from './observe-node.ts';

/** The need as the phases see it. Unknown is neither a need nor none. */
export type NeedNow =
  | { readonly is: 'new'; readonly need: Need }
  | { readonly is: 'none'; readonly why: Reason }
  | { readonly is: 'unknown'; readonly why: Reason };

export function needNow(facts: Facts, now: Now): NeedNow {
  const answer = needAnswer(facts);
  if (answer === null) return { is: 'unknown', why: reason('starting') };
  if (answer.is === 'unknown') return { is: 'unknown', why: answer.reason };
  if (answer.is === 'no') return { is: 'none', why: reason('no-need') };
  const need = answer.value;
  if (facts.retried === null && needStanding(need, handledOf(facts), now) === 'handled') {
    return { is: 'none', why: reason('need-handled', { need: needText(need) }) };
  }
  return { is: 'new', need };
}

/** What the sentinels and a request on the Node say together; null while neither says yes and not both were looked at. */
export function needAnswer(facts: Facts): Answer<Need> | null {
  const answer = withRequest(facts.need, nodeOf(facts));
  return answer?.is === 'no' && facts.node.seen.is === 'nothing' ? null : answer;
}

/** The last answer about permission, a person's hold with it; null when there is none. */
export function permissionAnswer(facts: Facts): Permission | null {
  return withHold(facts.permission?.answer ?? null, nodeOf(facts));
}

/** A person's hold on the Node as it was last seen; null: there is none. */
export function heldNow(facts: Facts): Reason | null {
  const node = nodeOf(facts);
  return node === null ? null : heldBy(node);
}

function nodeOf({ node }: Facts): NodeSnapshot | null {
  return node.seen.is === 'node' ? node.seen.node : null;
}

export function needText(need: Need): string {
  return need.reasons.length === 0 ? need.source : `${need.source}: ${need.reasons.slice(0, 5).join(', ')}`;
}

/** Whether a reboot is permitted, by an answer that was asked for at `after` (monotonic) or later. */
export type PermissionNow =
  | { readonly is: 'allowed'; readonly need: Need }
  | { readonly is: 'asking'; readonly effects: readonly Effect[] }
  | { readonly is: 'refused'; readonly why: Reason; readonly askedAt: number; readonly passing: boolean };

/** Asks when no answer is young enough. The need is part of the answer: the sentinels are looked at with every question. */
export function permissionNow(facts: Facts, after: number, now: Now): PermissionNow {
  const { permission } = facts;
  if (permission === null || permission.askedAt < after) {
    return { is: 'asking', effects: facts.busy.permission ? [] : [{ do: 'ask-permission', lane: 'permission' }] };
  }
  const need = needNow(facts, now);
  if (need.is !== 'new') {
    const why = need.is === 'none' ? reason('need-gone') : need.why;
    return { is: 'refused', why, askedAt: permission.askedAt, passing: false };
  }
  const answer = permissionAnswer(facts) ?? permission.answer;
  if (answer.is === 'allowed') {
    // What keeps a node that observes from going on from every phase, as a refusal does.
    const { askedAt } = permission;
    if (facts.settings.observe) return { is: 'refused', why: reason('observing'), askedAt, passing: false };
    const uncounted = facts.settings.rebootMethod === 'soft-reboot' && facts.me.boot.soft === null;
    if (uncounted) return { is: 'refused', why: softUncounted, askedAt, passing: false };
    return { is: 'allowed', need: need.need };
  }
  const [first] = answer.reasons;
  return {
    is: 'refused',
    why: first ?? reason('permission-unknown', { source: 'a source', why: 'no reason given' }),
    askedAt: permission.askedAt,
    passing: answer.passing === true,
  };
}

/** systemd counts soft reboots by now (it was upgraded), and did not when this process began: each claim would drain for nothing. */
const softUncounted = reason('method-unusable', {
  method: 'soft-reboot',
  why: 'systemd did not count soft reboots when this service started, so one could not be proven',
  remedy: '`systemctl restart kured-host` asks it again',
});

/** Whether the Lease's watch does not run (yet, any more, or at all). A write without an answer is settled all the same. */
export function cannotFollow({ lease }: Facts): boolean {
  return lease.watch !== 'running' && lease.doubt === null;
}

/** The own claim as the Lease was last seen. `lost` is final: nothing brings an entry back once another state was seen. */
export type ClaimNow =
  | { readonly is: 'held'; readonly entry: Holder; readonly record: LeaseRecord }
  | { readonly is: 'lost' }
  | { readonly is: 'unreadable' }
  | { readonly is: 'unseen' };

export function claimNow(facts: Facts, claim: string): ClaimNow {
  const { seen } = facts.lease;
  if (seen.is === 'nothing') return { is: 'unseen' };
  if (seen.is === 'gone') return { is: 'lost' };
  if (!seen.reading.readable) return { is: 'unreadable' };
  // An entry that an admin wants gone counts as gone before anybody has written it.
  const record = honourForceRelease(seen.reading.record);
  const entry = mine(record, facts.me);
  if (entry === null || !isMyClaim(entry, facts.me, claim)) return { is: 'lost' };
  return { is: 'held', entry, record };
}

/** Why a holder that has asked for no reboot has to give up its claim: a mode that claims nothing, a pause, a request to release. */
export function givenUp(facts: Facts, record: LeaseRecord): Reason | null {
  const { ref } = facts.lease;
  if (facts.settings.observe) return reason('observing');
  if (isReleaseAsked(record, facts.me)) return reason('release-asked', { lease: leaseText(ref) });
  if (record.paused === null) return null;
  return pausedReason(facts, record);
}

export function pausedReason(facts: Facts, record: LeaseRecord): Reason {
  const { namespace, name } = facts.lease.ref;
  return reason('pool-paused', { namespace, name, why: describePause(record) || 'no reason given' });
}

/** A mark on the Node that no phase of ours put there. */
export function foundMark(facts: Facts): boolean {
  return facts.node.seen.is === 'node' && readMark(facts.node.seen.node).is !== 'none';
}

export function tooManyReboots(facts: Facts, now: Now): Reason | null {
  const count = rebootsToday(handledOf(facts), facts.retried?.wall ?? 0, now);
  return count < facts.settings.maxRebootsPerDay ? null : reason('too-many-reboots', { count: String(count) });
}

/** What the fence needs to know of the settings of the reboot. */
export function rebootOf(facts: Facts): { readonly method: RebootMethod; readonly attempts: number } {
  return { method: facts.settings.rebootMethod, attempts: facts.settings.attempts };
}

/** The pool of the settings is another one than the Lease we deal with. */
export function poolChanged(facts: Facts): boolean {
  return !isSameLease(facts.settings.lease, facts.lease.ref);
}
