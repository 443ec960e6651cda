import { readHandled } from '../handled.ts';
import { readRecord } from '../lease/format.ts';
import type { LeaseObject, LeaseRef } from '../lease/object.ts';
import { watchTurn } from '../lease/queue.ts';
import { leaseSeen, wentBack } from '../lease/went-back.ts';
import { conflictDistance, jitter, limits, requestDistance } from '../limits.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import type { Reason } from '../reasons.ts';
import { type Event, outcomeLane, type ReadResult, type WatchResult, type WriteResult } from './event.ts';
import type { Facts, LeaseFacts, LeaseSeen, NodeFacts } from './state.ts';

/**
 * What is known after an event. It decides nothing: it only keeps what was seen, whether that is good as the base of a
 * write, and what is in doubt. A write without an answer leaves a doubt on the resourceVersion it was based on; only an
 * object with another resourceVersion, another uid, or its absence takes the doubt away.
 */
export function observe(facts: Facts, event: Event, now: Now): Facts {
  const lane = outcomeLane(event);
  const known = lane === null ? facts : { ...facts, busy: { ...facts.busy, [lane]: false } };
  switch (event.on) {
    case 'lease-read':
      return sameLease(event.lease, known) ? leaseRead(known, event.result, event.consistency, now) : known;
    case 'lease-written':
      return sameLease(event.lease, known) ? leaseWritten(known, event.result, event.base, now) : known;
    case 'lease-watch':
      return sameLease(event.lease, known) ? leaseWatched(known, event.told, now) : known;
    case 'node-read':
      return withNode(known, nodeRead(known.node, event.result, now));
    case 'node-patched':
      return withNode(known, nodePatched(known.node, event.result, event.base, now));
    case 'node-watch':
      return nodeWatched(known, event.told, now);
    case 'permission':
      return answeredPermission(known, event);
    case 'shutdown':
      return { ...known, shutdown: { look: event.look, askedAt: event.askedAt } };
    case 'drain-ended':
      return { ...known, drain: { ...known.drain, ended: event.end } };
    case 'drain-progress':
      return { ...known, drain: { ...known.drain, progress: event.progress } };
    case 'announced':
      return { ...known, announced: true };
    case 'reboot':
      return { ...known, reboot: rebootFacts(event.answer) };
    case 'need':
      return { ...known, need: event.answer };
    case 'permission-hint':
      return { ...known, permission: null, hintAt: now.mono };
    case 'settings':
      return { ...known, settings: event.settings };
    case 'retry':
      return { ...known, retried: now.wall, backOff: null, permission: null };
    case 'stop':
      return { ...known, stop: event.meaning };
    case 'time':
      return known;
  }
}

/** An answer to a question that was asked before the last hint may be about the past. */
function answeredPermission(facts: Facts, event: Extract<Event, { on: 'permission' }>): Facts {
  const worth = event.askedAt >= facts.hintAt;
  return { ...facts, need: event.need, permission: worth ? { answer: event.answer, askedAt: event.askedAt } : null };
}

/** Facts about a Lease of which nothing is known yet. */
export function unseenLease(ref: LeaseRef): LeaseFacts {
  return {
    ref,
    seen: { is: 'nothing' },
    current: false,
    doubt: null,
    unmoved: false,
    watch: 'off',
    notBefore: 0,
    failures: 0,
    conflicts: 0,
    problem: null,
    newest: null,
    wentBackUntil: 0,
  };
}

export const unseenNode: NodeFacts = {
  seen: { is: 'nothing' },
  current: false,
  doubt: null,
  unmoved: false,
  watch: 'starting',
  notBefore: 0,
  failures: 0,
  problem: null,
};

/** The same Lease by name; an answer about another one (the pool was changed) is no news. */
export function sameLease(ref: LeaseRef, facts: Facts): boolean {
  return ref.name === facts.lease.ref.name && ref.namespace === facts.lease.ref.namespace;
}

export function handledOf(facts: Facts): ReturnType<typeof readHandled> {
  return facts.node.seen.is === 'node' ? readHandled(facts.node.seen.node) : null;
}

function leaseRead(facts: Facts, result: ReadResult<LeaseObject>, consistency: 'consistent' | 'any', now: Now): Facts {
  const { lease } = facts;
  if (result.is === 'failed') return { ...facts, lease: leaseFailed(lease, result.reason, now) };
  if (result.is === 'found' && overtaken(result.object, lease)) return { ...facts, lease: answered(lease) };
  const seen: LeaseSeen = result.is === 'gone' ? { is: 'gone' } : seenLease(result.object);
  const unbroken = consistency === 'any' || lease.watch === 'running';
  if (consistency === 'any')
    return sawTurn({ ...facts, lease: { ...answered(lease), seen, current: false } }, unbroken, now);
  return sawTurn({ ...facts, lease: settle({ ...answered(lease), current: true }, seen, now) }, unbroken, now);
}

function leaseWritten(facts: Facts, result: WriteResult<LeaseObject>, base: string, now: Now): Facts {
  const { lease } = facts;
  switch (result.is) {
    case 'written': {
      const next = { ...answered(lease), conflicts: 0, current: true, doubt: null, unmoved: false };
      if (overtaken(result.object, lease)) return { ...facts, lease: next };
      return sawTurn({ ...facts, lease: settle(next, seenLease(result.object), now) }, true, now);
    }
    case 'gone':
      return {
        ...facts,
        lease: { ...answered(lease), seen: { is: 'gone' }, current: true, doubt: null, unmoved: false },
      };
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

function leaseWatched(facts: Facts, told: WatchResult<LeaseObject>, now: Now): Facts {
  const { lease } = facts;
  // What a watch that was given up still tells is about the past.
  if (lease.watch === 'off') return facts;
  switch (told.is) {
    case 'listed': {
      const [object] = told.objects;
      const seen: LeaseSeen = object === undefined ? { is: 'gone' } : seenLease(object);
      const next: LeaseFacts = { ...answered(lease), watch: 'running', current: true };
      return sawTurn({ ...facts, lease: settle(next, seen, now) }, lease.watch === 'running', now);
    }
    case 'changed': {
      if (isOlder(told.object, lease.seen)) return facts;
      const next: LeaseFacts = { ...lease, watch: 'running', current: true };
      return sawTurn({ ...facts, lease: settle(next, seenLease(told.object), now) }, true, now);
    }
    case 'deleted':
      return {
        ...facts,
        lease: { ...lease, seen: { is: 'gone' }, current: true, doubt: null, unmoved: false },
        turn: null,
      };
    case 'broken':
      return { ...facts, lease: { ...lease, watch: 'broken', current: false, problem: told.reason }, turn: null };
    case 'resumed':
      return { ...facts, lease: { ...lease, watch: 'running', problem: null, notBefore: 0 } };
  }
}

function seenLease(object: LeaseObject): LeaseSeen {
  return { is: 'lease', object, reading: readRecord(object) };
}

/** Takes a doubt away when the object has moved, and notes when a Lease is older than what was seen before. */
function settle(lease: LeaseFacts, seen: LeaseSeen, now: Now): LeaseFacts {
  if (seen.is !== 'lease') return { ...lease, seen, doubt: null, unmoved: false };
  const { uid, resourceVersion } = seen.object.metadata;
  const doubtful = lease.doubt !== null && lease.doubt === `${uid}/${resourceVersion}`;
  const back = wentBack(lease.newest, seen.object);
  return {
    ...lease,
    seen,
    doubt: doubtful ? lease.doubt : null,
    unmoved: doubtful,
    newest: leaseSeen(seen.object),
    wentBackUntil: back ? now.mono + limits.wentBack : lease.wentBackUntil,
  };
}

/** An answer came: no failure is being counted any more. */
function answered(lease: LeaseFacts): LeaseFacts {
  return { ...lease, failures: 0, notBefore: 0, problem: null };
}

function leaseFailed(lease: LeaseFacts, problem: Reason, now: Now): LeaseFacts {
  const failures = lease.failures + 1;
  return { ...lease, failures, problem, current: false, notBefore: now.mono + requestDistance(failures, now) };
}

function sawTurn(facts: Facts, unbroken: boolean, now: Now): Facts {
  const { seen } = facts.lease;
  if (seen.is !== 'lease' || !seen.reading.readable) return { ...facts, turn: null };
  return { ...facts, turn: watchTurn(facts.turn, seen.reading.record, unbroken, now) };
}

/** The watch has told of something newer while the request was under way, and will not tell it again. */
function overtaken(object: LeaseObject, lease: LeaseFacts): boolean {
  return lease.current && lease.watch === 'running' && isOlder(object, lease.seen);
}

/** A watch may deliver what a read has overtaken; within one object the resourceVersion grows (KEP-5504). */
function isOlder(object: LeaseObject, seen: LeaseSeen): boolean {
  if (seen.is !== 'lease' || seen.object.metadata.uid !== object.metadata.uid) return false;
  return Number(object.metadata.resourceVersion) < Number(seen.object.metadata.resourceVersion);
}

function nodeRead(node: NodeFacts, result: ReadResult<NodeSnapshot>, now: Now): NodeFacts {
  if (result.is === 'failed') return nodeFailed(node, result.reason, now);
  if (result.is === 'found' && overtakenNode(result.object, node)) return nodeAnswered(node);
  return settleNode({ ...nodeAnswered(node), current: true }, result.is === 'gone' ? null : result.object);
}

function nodePatched(node: NodeFacts, result: WriteResult<NodeSnapshot>, base: string, now: Now): NodeFacts {
  switch (result.is) {
    case 'written': {
      const next = { ...nodeAnswered(node), current: true, doubt: null, unmoved: false };
      return overtakenNode(result.object, node) ? next : settleNode(next, result.object);
    }
    case 'gone':
      return settleNode({ ...nodeAnswered(node), current: true, doubt: null }, null);
    case 'conflict':
      return { ...nodeAnswered(node), current: false, unmoved: false, doubt: node.doubt === base ? null : node.doubt };
    case 'refused':
      return { ...nodeFailed(node, result.reason, now), current: node.current };
    case 'unknown':
      return { ...nodeFailed(node, result.reason, now), doubt: base, unmoved: false };
  }
}

function nodeWatched(facts: Facts, told: WatchResult<NodeSnapshot>, now: Now): Facts {
  const { node } = facts;
  switch (told.is) {
    case 'listed': {
      // Listed anew: the API server's past may have been replaced, so a second look at the Lease is due.
      const again = node.watch !== 'starting' || node.seen.is !== 'nothing';
      const look = now.mono + limits.secondLook + jitter(now);
      const known = again ? { ...facts, nextLook: Math.min(facts.nextLook, look) } : facts;
      const next = settleNode({ ...nodeAnswered(node), watch: 'running', current: true }, told.objects[0] ?? null);
      return reachable(withNode(known, next));
    }
    case 'changed': {
      if (node.seen.is === 'node' && isOlderNode(told.object, node.seen.node)) return facts;
      // A write that was refused is still what is wrong when somebody else's write is seen.
      const problem = node.watch === 'running' ? node.problem : null;
      return withNode(facts, settleNode({ ...node, watch: 'running', current: true, problem }, told.object));
    }
    case 'deleted':
      return withNode(facts, settleNode({ ...node, current: true }, null));
    case 'broken':
      return withNode(facts, { ...node, watch: 'broken', current: false, problem: told.reason });
    case 'resumed':
      return reachable(withNode(facts, { ...node, watch: 'running', problem: null, notBefore: 0 }));
  }
}

/** The API server answers again: what waited for its distance is tried at once. */
function reachable(facts: Facts): Facts {
  return { ...facts, lease: { ...facts.lease, notBefore: 0 }, node: { ...facts.node, notBefore: 0 } };
}

function settleNode(node: NodeFacts, seen: NodeSnapshot | null): NodeFacts {
  if (seen === null) return { ...node, seen: { is: 'gone' }, doubt: null, unmoved: false };
  const doubtful = node.doubt !== null && node.doubt === `${seen.uid}/${seen.resourceVersion}`;
  return { ...node, seen: { is: 'node', node: seen }, doubt: doubtful ? node.doubt : null, unmoved: doubtful };
}

function nodeAnswered(node: NodeFacts): NodeFacts {
  return { ...node, failures: 0, notBefore: 0, problem: null };
}

function nodeFailed(node: NodeFacts, problem: Reason, now: Now): NodeFacts {
  const failures = node.failures + 1;
  return { ...node, failures, problem, current: false, notBefore: now.mono + requestDistance(failures, now) };
}

function isOlderNode(object: NodeSnapshot, seen: NodeSnapshot): boolean {
  return object.uid === seen.uid && Number(object.resourceVersion) < Number(seen.resourceVersion);
}

function overtakenNode(object: NodeSnapshot, node: NodeFacts): boolean {
  return node.current && node.watch === 'running' && node.seen.is === 'node' && isOlderNode(object, node.seen.node);
}

/** The Node's UID is learnt from the Node; a different one is noticed by the phases, which compare it with the claim's. */
function withNode(facts: Facts, node: NodeFacts): Facts {
  const uid = node.seen.is === 'node' ? node.seen.node.uid : facts.me.uid;
  return { ...facts, node, me: uid === facts.me.uid ? facts.me : { ...facts.me, uid } };
}

function rebootFacts(answer: Extract<Event, { on: 'reboot' }>['answer']): Facts['reboot'] {
  return answer.is === 'accepted'
    ? { reason: null, refused: false }
    : { reason: answer.reason, refused: answer.is === 'refused' };
}
