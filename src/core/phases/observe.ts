import { holderLooked, watchAnew } from '../lease/holder-watch.ts';
import type { LeaseRef } from '../lease/object.ts';
import type { Now } from '../now.ts';
import { type Event, outcomeLane } from './event.ts';
import type { Facts } from './facts.ts';
import { isOlderLeaseSeen, leaseRead, leaseWatched, leaseWritten, sameLease } from './observe-lease.ts';
import { isOlderNodeSeen, nodePatched, nodeRead, nodeWatched, withNode } from './observe-node.ts';
import { standingPatched } from './standing.ts';

/**
 * What is known after an event. It decides nothing: it only keeps what was seen, whether that is good as the base of a
 * write, and what is in doubt. A write without an answer leaves a doubt on the resourceVersion it was based on; only an
 * object with another resourceVersion, another uid, or its absence takes the doubt away.
 */
export function observe(facts: Facts, event: Event, now: Now): Facts {
  return withoutPast(facts, observed(facts, event, now));
}

function observed(facts: Facts, event: Event, now: Now): Facts {
  const lane = outcomeLane(event);
  const known = lane === null ? facts : { ...facts, busy: { ...facts.busy, [lane]: false } };
  switch (event.on) {
    case 'lease-read':
      return ofLease(event, known, () => leaseRead(known, event.result, event.consistency, now));
    case 'lease-written':
      return ofLease(event, known, () => leaseWritten(known, event.result, event.base, now));
    case 'lease-watch':
      return ofLease(event, known, () => leaseWatched(known, event.told, now));
    case 'node-read':
      return withNode(known, nodeRead(known.node, event.result, now));
    case 'node-patched':
      return known.standing.underWay
        ? standingPatched(known, event, now)
        : withNode(known, nodePatched(known.node, event.result, event.base, now));
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
    case 'hooks-ended':
      return { ...known, hooks: { progress: null, ended: { phase: event.phase, end: event.end } } };
    case 'hooks-progress':
      return { ...known, hooks: { ...known.hooks, progress: event.progress } };
    case 'holder-seen':
      return { ...known, holders: holderLooked(known.holders, event, now) };
    case 'announced':
      return { ...known, announced: true };
    case 'reboot':
      return { ...known, reboot: rebootFacts(event.answer) };
    case 'need':
      return { ...known, need: event.answer };
    case 'away':
      return away(known, now);
    case 'permission-hint':
      return { ...known, permission: null, hintAt: now.mono };
    case 'settings':
      return { ...known, settings: event.settings };
    case 'retry':
      return { ...known, retried: { mono: now.mono, wall: now.wall }, backOff: null, permission: null };
    case 'stop':
      return { ...known, stop: event.meaning };
    case 'time':
      return known;
  }
}

/** A Lease that went back says that all of etcd did: what the watch of the Node has told may be as void, however long it is silent. */
function ofLease({ lease }: { readonly lease: LeaseRef }, known: Facts, observed: () => Facts): Facts {
  if (!sameLease(lease, known)) return known;
  const facts = observed();
  const back = facts.lease.wentBackUntil !== known.lease.wentBackUntil;
  return back ? withNode(facts, { ...facts.node, current: false }) : facts;
}

/**
 * A Node or a Lease that shows an older state than it did says that etcd's past was restored, and the pods of then with it: that a
 * drain saw the last one go is worth nothing.
 */
function withoutPast(before: Facts, after: Facts): Facts {
  if (after.drain.ended?.is !== 'done') return after;
  const restored = isOlderNodeSeen(after.node, before.node) || isOlderLeaseSeen(after.lease, before.lease);
  return restored ? { ...after, drain: { progress: null, ended: null } } : after;
}

/** An answer to a question that was asked before the last hint may be about the past. */
function answeredPermission(facts: Facts, event: Extract<Event, { on: 'permission' }>): Facts {
  const worth = event.askedAt >= facts.hintAt;
  return { ...facts, need: event.need, permission: worth ? { answer: event.answer, askedAt: event.askedAt } : null };
}

/** What was permitted before may be no more, and a head that nobody watched was not seen to let its turn pass. */
function away(facts: Facts, now: Now): Facts {
  const turn = facts.turn === null ? null : { ...facts.turn, since: now.mono };
  return { ...facts, permission: null, hintAt: now.mono, turn, holders: watchAnew(facts.holders, now) };
}

function rebootFacts(answer: Extract<Event, { on: 'reboot' }>['answer']): Facts['reboot'] {
  return answer.is === 'accepted'
    ? { reason: null, refused: false }
    : { reason: answer.reason, refused: answer.is === 'refused' };
}
