import { readRecord } from '../lease/format.ts';
import { watchHolders } from '../lease/holder-watch.ts';
import { isSameLease, type LeaseObject, type LeaseRef } from '../lease/object.ts';
import { watchTurn } from '../lease/queue.ts';
import { leaseSeen, wentBack } from '../lease/went-back.ts';
import { conflictDistance, limits, requestDistance } from '../limits.ts';
import type { Now } from '../now.ts';
import type { Reason } from '../reasons.ts';
import type { ReadResult, WatchResult, WriteResult } from './event.ts';
import type { Facts, LeaseFacts, LeaseSeen } from './facts.ts';

/** Facts about a Lease of which nothing is known yet. */
export function unseenLease(ref: LeaseRef): LeaseFacts {
  return {
    ref,
    seen: { is: 'nothing' },
    current: false,
    doubt: null,
    unmoved: false,
    contradicted: false,
    askedAt: 0,
    toldSince: false,
    knownAt: null,
    watch: 'off',
    notBefore: 0,
    failures: 0,
    conflicts: 0,
    problem: null,
    newest: null,
    wentBackUntil: 0,
  };
}

/** The same Lease by name; an answer about another one (the pool was changed) is no news. */
export function sameLease(ref: LeaseRef, facts: Facts): boolean {
  return isSameLease(ref, facts.lease.ref);
}

export function leaseRead(
  facts: Facts,
  result: ReadResult<LeaseObject>,
  consistency: 'consistent' | 'any',
  now: Now,
): Facts {
  const { lease } = facts;
  if (result.is === 'failed') return { ...facts, lease: leaseFailed(lease, result.reason, now) };
  // A cached state may be of long before the request; a consistent one is no older than what was told before that.
  const told = consistency === 'any' ? lease.current && lease.watch === 'running' : lease.toldSince;
  if (result.is === 'found' && told && overtaken(result.object, lease)) return { ...facts, lease: leaseTold(lease) };
  const seen: LeaseSeen = result.is === 'gone' ? { is: 'gone' } : seenLease(result.object);
  const unbroken = consistency === 'any' || lease.watch === 'running';
  if (consistency === 'any')
    return sawRecord({ ...facts, lease: { ...answered(lease), seen, current: false } }, unbroken, now);
  return sawRecord({ ...facts, lease: settle({ ...leaseTold(lease), current: true }, seen, now) }, unbroken, now);
}

export function leaseWritten(before: Facts, result: WriteResult<LeaseObject>, base: string, now: Now): Facts {
  const facts = { ...before, takingOver: tookOver(before.takingOver, result.is) };
  const { lease } = facts;
  switch (result.is) {
    case 'written': {
      const next = { ...leaseTold(lease), conflicts: 0, doubt: null, unmoved: false };
      if (lease.toldSince && overtaken(result.object, lease)) return { ...facts, lease: next };
      const known = settle({ ...next, current: true }, seenLease(result.object), now);
      return sawRecord({ ...facts, lease: known }, true, now);
    }
    case 'gone':
      return { ...facts, lease: settle({ ...leaseTold(lease), current: true }, { is: 'gone' }, now) };
    case 'conflict': {
      // Somebody else wrote: the resourceVersion has moved, so no doubt on that base is left.
      const conflicts = lease.conflicts + 1;
      const settled = { ...answered(lease), doubt: lease.doubt === base ? null : lease.doubt, unmoved: false };
      return {
        ...facts,
        lease: { ...settled, conflicts, current: false, notBefore: now.mono + conflictDistance(conflicts, now) },
      };
    }
    case 'refused':
      // Nothing was changed, so the base is as good as before; and only a write that lands ends the count.
      return { ...facts, lease: { ...leaseFailed(lease, result.reason, now), current: lease.current } };
    case 'unknown':
      return {
        ...facts,
        lease: { ...leaseFailed(lease, result.reason, now), doubt: base, unmoved: false, current: false },
      };
  }
}

export function leaseWatched(facts: Facts, told: WatchResult<LeaseObject>, now: Now): Facts {
  const { lease } = facts;
  const toldSince = facts.busy.lease;
  // What a watch that was given up still tells is about the past.
  if (lease.watch === 'off') return facts;
  switch (told.is) {
    case 'listed': {
      const [object] = told.objects;
      if (object !== undefined && isOlder(object, lease.seen)) return contradicted(facts);
      const seen: LeaseSeen = object === undefined ? { is: 'gone' } : seenLease(object);
      const next: LeaseFacts = { ...answered(lease), watch: 'running', current: true, toldSince };
      // What a poller has seen of the head goes on with the list that begins its watch: else a full queue of dead nodes stays one.
      const turn = lease.watch === 'running' || lease.watch === 'starting';
      return sawRecord({ ...facts, lease: settle(next, seen, now) }, lease.watch === 'running', now, turn);
    }
    case 'changed': {
      if (isOlder(told.object, lease.seen)) return facts;
      const next: LeaseFacts = { ...lease, watch: 'running', current: true, toldSince };
      return sawRecord({ ...facts, lease: settle(next, seenLease(told.object), now) }, true, now);
    }
    case 'deleted':
      return {
        ...facts,
        lease: settle({ ...lease, current: true }, { is: 'gone' }, now),
        turn: null,
        holders: [],
      };
    case 'broken':
      return {
        ...facts,
        lease: { ...lease, watch: 'broken', current: false, problem: told.reason },
        turn: null,
        holders: [],
      };
    case 'resumed':
      return { ...facts, lease: { ...lease, watch: 'running', problem: null, notBefore: 0 } };
  }
}

/**
 * The list may have been read before the answer that is seen, and be told only when its watch was open; or the past was
 * restored, and what was watched is void.
 */
function contradicted(facts: Facts): Facts {
  const lease: LeaseFacts = { ...answered(facts.lease), watch: 'running', current: false, contradicted: true };
  return { ...facts, lease, turn: null, holders: [] };
}

function seenLease(object: LeaseObject): LeaseSeen {
  return { is: 'lease', object, reading: readRecord(object) };
}

/** Takes a doubt away when the object has moved, and notes when a Lease is older than what was seen before. */
function settle(lease: LeaseFacts, seen: LeaseSeen, now: Now): LeaseFacts {
  if (seen.is !== 'lease') return { ...lease, seen, doubt: null, unmoved: false, contradicted: false };
  const { uid, resourceVersion } = seen.object.metadata;
  const doubtful = lease.doubt !== null && lease.doubt === `${uid}/${resourceVersion}`;
  const back = wentBack(lease.newest, seen.object);
  return {
    ...lease,
    seen,
    doubt: doubtful ? lease.doubt : null,
    unmoved: doubtful,
    contradicted: false,
    newest: leaseSeen(seen.object),
    wentBackUntil: back ? now.mono + limits.wentBack : lease.wentBackUntil,
  };
}

/** An answer came: no failure is being counted any more. */
function answered(lease: LeaseFacts): LeaseFacts {
  return { ...lease, failures: 0, notBefore: 0, problem: null, toldSince: false };
}

/** The answer to a request told of the Lease as it was since that was begun, or is overtaken by what is newer. */
function leaseTold(lease: LeaseFacts): LeaseFacts {
  return { ...answered(lease), knownAt: lease.askedAt };
}

function leaseFailed(lease: LeaseFacts, problem: Reason, now: Now): LeaseFacts {
  const failures = lease.failures + 1;
  return { ...lease, failures, problem, current: false, notBefore: now.mono + requestDistance(failures, now) };
}

/** `unbroken`: no change was missed since the last look; `turn`: nor one that the watch of the head is to know of. */
function sawRecord(facts: Facts, unbroken: boolean, now: Now, turn = unbroken): Facts {
  const { seen } = facts.lease;
  if (seen.is !== 'lease' || !seen.reading.readable) return { ...facts, turn: null, holders: [] };
  const { record } = seen.reading;
  const holders = watchHolders(facts.holders, record, facts.me.node, unbroken, now);
  return { ...facts, turn: watchTurn(facts.turn, record, turn, now), holders };
}

/** The watch has told of something newer than this answer, and will not tell it again; whether in time, the caller knows. */
function overtaken(object: LeaseObject, lease: LeaseFacts): boolean {
  return lease.watch !== 'broken' && isOlder(object, lease.seen);
}

/** What is seen now is an older state of the object that was seen before. */
export function isOlderLeaseSeen(now: LeaseFacts, before: LeaseFacts): boolean {
  return now.seen !== before.seen && now.seen.is === 'lease' && isOlder(now.seen.object, before.seen);
}

/** A watch may deliver what a read has overtaken; within one object the resourceVersion grows (KEP-5504). */
function isOlder(object: LeaseObject, seen: LeaseSeen): boolean {
  if (seen.is !== 'lease' || seen.object.metadata.uid !== object.metadata.uid) return false;
  return Number(object.metadata.resourceVersion) < Number(seen.object.metadata.resourceVersion);
}

/** A write that certainly changed nothing took nothing over; where no answer came, what is read next tells. */
function tookOver(pending: Facts['takingOver'], is: WriteResult<LeaseObject>['is']): Facts['takingOver'] {
  if (pending === null || is === 'written' || pending.unsure) return pending;
  return is === 'unknown' ? { ...pending, unsure: true } : null;
}
