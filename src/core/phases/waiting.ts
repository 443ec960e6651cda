import { claimOrJoin } from '../lease/claim.ts';
import { describeHolders } from '../lease/describe.ts';
import { mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { placeOf } from '../lease/queue.ts';
import type { LeaseRecord } from '../lease/record.ts';
import { honourForceRelease } from '../lease/release.ts';
import { limits, pollDistance } from '../limits.ts';
import type { Need } from '../need.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, type ReasonCode, reason, reasonRemedy, reasonSentence } from '../reasons.ts';
import { freshDraining } from './fresh-draining.ts';
import { noHooks } from './hooks.ts';
import { nameLease, namesOther } from './lease-named.ts';
import { observing } from './observing.ts';
import { changePool, changeWaits } from './pool-change.ts';
import { cannotFollow, foundMark, heldNow, needNow, permissionNow, poolChanged, tooManyReboots } from './questions.ts';
import { secondLook, staleLease } from './second-look.ts';
import type { State, Waiting } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { type LeaseTrouble, type LeaseWish, leaseTrouble, wantLease } from './want.ts';

type This = State & { readonly phase: Waiting };

/** Needs a reboot and holds nothing: asks permission, then claims or joins the queue. */
export function waiting(state: This, now: Now): Step {
  const { facts } = state;
  if (foundMark(facts) || namesOther(facts))
    return become({ name: 'recovering', cause: 'mark-found', step: 'look' }, state.waits);
  const look = changePool(state, now) ?? secondLook(state, now) ?? landed(state, now);
  if (look !== null) return look;
  if (poolChanged(facts)) return stay(state, changeWaits(facts), [], facts.nextLook);
  const need = needNow(facts, now);
  if (need.is !== 'new') return become({ name: 'idle' }, need.why);
  const held = heldBack(state, now);
  const step = held === null ? askAndJoin(state, need.need, now) : { ...held, facts: { turn: null } };
  return step.atOnce === true ? step : { ...step, wakeAt: soonest(step.wakeAt, facts.nextLook) };
}

/** What holds back before anything is asked: a Lease that went back, the distance after a back-out, the reboots of this day. */
function heldBack(state: This, now: Now): Step | null {
  const { backOff, lease } = state.facts;
  // Of two moments the later one is what is waited for.
  if (now.mono < lease.wentBackUntil && lease.wentBackUntil >= (backOff?.until ?? 0)) {
    return stay(state, wentBackReason(state, now), [], lease.wentBackUntil);
  }
  if (backOff !== null && now.mono < backOff.until) {
    const until = wallText(now.wall + backOff.until - now.mono);
    const { why } = backOff;
    // What a person can do is what helps against the cause.
    const details = { until, why: reasonSentence(why), remedy: reasonRemedy(why) };
    // A person's hold outlasts the distance, so that is what is waited for.
    return stay(state, heldNow(state.facts) ?? reason('backing-off', details), [], backOff.until);
  }
  const many = tooManyReboots(state.facts, now);
  return many === null ? null : stay(state, many, [], now.mono + limits.lookAgain);
}

const heldBackBy: readonly ReasonCode[] = ['backing-off', 'too-many-reboots', 'starting', 'no-need', 'need-handled'];

function askAndJoin(state: This, need: Need, now: Now): Step {
  const { facts, phase } = state;
  const permission = permissionNow(facts, now.mono - limits.lookAgain, now);
  if (permission.is === 'asking') {
    const over = facts.permission === null || heldBackBy.includes(state.waits.code);
    const waits = over ? reason('asking-permission') : state.waits;
    // A watch that runs already is kept over the question.
    const step = stay(state, waits, permission.effects);
    return facts.lease.watch === 'off' ? step : { ...step, follow: true };
  }
  if (facts.settings.observe) return observing(state, permission, need, now);
  if (phase.observes) return become({ name: 'waiting', notBefore: 0, poll: 'no' }, state.waits, [], staleLease(facts));
  if (permission.is === 'refused') {
    return { ...stay(state, permission.why, [], permission.askedAt + limits.lookAgain + 1), facts: { turn: null } };
  }
  const node = nameLease(facts, now);
  if (node.is === 'doing') return stay(state, node.waits, node.effects, node.wakeAt);
  if (node.is === 'not') return stay(state, reason('node-missing', { node: facts.me.node }));
  if (phase.poll === 'asked') return facts.busy.lease ? stay(state, state.waits) : afterPoll(state, need, now);
  if (now.mono < phase.notBefore) return stay(state, pollReason(state, now), [], phase.notBefore);
  if (phase.poll === 'due') return poll(state);
  return join(state, need, now);
}

/** The watch first: who cannot follow the Lease neither joins nor claims, as a person's release would not reach it. */
function join(state: This, need: Need, now: Now): Step {
  const { facts } = state;
  const waits = facts.lease.problem ?? reason('asking-turn', { lease: leaseText(facts.lease.ref) });
  if (cannotFollow(facts)) return { ...stay(state, waits, [], now.mono + limits.lookAgain), follow: true };
  const progress = wantLease(facts, now, (record) => wish(state, record, need, now));
  if (progress.is === 'doing') return { ...stay(state, waits, progress.effects, progress.wakeAt), follow: true };
  if (progress.is === 'done') return joined(state, progress.seen, now);
  return cannotJoin(state, progress.because, now);
}

function wish(state: This, record: LeaseRecord, need: Need, now: Now): LeaseWish<'full'> {
  const { facts } = state;
  if (mine(record, facts.me) !== null || placeOf(record, facts.me.node) !== null) return { nothing: true };
  const ruling = claimOrJoin(record, facts.me, need, facts.settings, facts.turn, now);
  if (!ruling.granted) return { mayNot: 'full' };
  return { write: ruling.record, purpose: ruling.got === 'claim' ? 'claim' : 'join' };
}

/**
 * What was asked of the Lease while all permitted it has landed, and by now something may refuse: it is known, so that it is
 * given back. Null: nothing of this node stands in the Lease as it was last seen.
 */
export function landed(state: State, now: Now): Step | null {
  const { lease, me } = state.facts;
  if (!lease.current || lease.doubt !== null || lease.seen.is !== 'lease' || !lease.seen.reading.readable) return null;
  const record = honourForceRelease(lease.seen.reading.record);
  if (mine(record, me) === null && placeOf(record, me.node) === null) return null;
  return joined(state, record, now);
}

/** In the record: as the holder this process made, as a queued one, or as an entry that an earlier life left. */
function joined(state: State, record: LeaseRecord, now: Now): Step {
  const { facts } = state;
  const entry = mine(record, facts.me);
  if (entry === null) return become({ name: 'queued', leaving: null }, reason('starting'));
  if (entry.by !== facts.me.by || entry.phase !== 'draining') {
    return become({ name: 'recovering', cause: 'own-entry-found', step: 'look' }, reason('starting'));
  }
  return startDraining(entry.claim, entry.need.reasons, now);
}

/** The phase right after a claim that this process wrote and saw acknowledged. */
export function startDraining(claim: string, reasons: readonly string[], now: Now): Step {
  return become(
    freshDraining(claim, now),
    reason('asking-permission'),
    [
      { do: 'tell', moment: { what: 'claimed', claim } },
      { do: 'tell', moment: { what: 'draining', reasons } },
    ],
    { drain: { progress: null, ended: null }, hooks: noHooks, announced: false, reboot: null },
  );
}

function cannotJoin(state: This, because: 'full' | LeaseTrouble, now: Now): Step {
  const { facts } = state;
  const notBefore = now.mono + pollDistance(now);
  const waits = because === 'full' ? fullReason(state, now) : leaseTrouble(facts, because);
  const poll = because === 'full' ? ('due' as const) : ('no' as const);
  const phase: Waiting = { name: 'waiting', notBefore, poll };
  return { phase, effects: [], waits, wakeAt: notBefore, facts: staleLease(facts) };
}

/** A poll reads what the API server has in its cache: cheap, and never the base of a write. */
function poll(state: This): Step {
  const { lease } = state.facts;
  const phase: Waiting = { ...state.phase, poll: 'asked' };
  const effects = [{ do: 'read-lease', lane: 'lease', lease: lease.ref, consistency: 'any' }] as const;
  return { phase, effects, waits: state.waits, wakeAt: null };
}

function afterPoll(state: This, need: Need, now: Now): Step {
  const { lease } = state.facts;
  const readable = lease.seen.is === 'lease' && lease.seen.reading.readable ? lease.seen.reading.record : null;
  const open = readable !== null && !('mayNot' in wish(state, readable, need, now));
  if (open) return become({ name: 'waiting', notBefore: 0, poll: 'no' }, state.waits, [], staleLease(state.facts));
  const notBefore = now.mono + pollDistance(now);
  return {
    phase: { name: 'waiting', notBefore, poll: 'due' },
    effects: [],
    waits: fullReason(state, now),
    wakeAt: soonest(notBefore),
  };
}

/** Why the Lease is only looked at again after a while. */
function pollReason(state: This, now: Now): Reason {
  const { facts, phase } = state;
  if (phase.poll !== 'no') return fullReason(state, now);
  const { seen } = facts.lease;
  if (seen.is === 'nothing') return facts.lease.problem ?? state.waits;
  return leaseTrouble(facts, seen.is === 'gone' ? 'missing' : 'unreadable');
}

function fullReason(state: This, now: Now): Reason {
  const { lease } = state.facts;
  if (lease.problem !== null) return lease.problem;
  if (lease.seen.is === 'nothing') return state.waits;
  if (lease.seen.is === 'gone') return leaseTrouble(state.facts, 'missing');
  if (!lease.seen.reading.readable) return leaseTrouble(state.facts, 'unreadable');
  const { record } = lease.seen.reading;
  if (record.queue.length === 0)
    return reason('pool-busy', { holders: describeHolders(record, now), lease: leaseText(lease.ref) });
  return reason('queue-full', { lease: leaseText(lease.ref), length: String(record.queue.length) });
}

function wentBackReason(state: This, now: Now): Reason {
  const { lease } = state.facts;
  const until = wallText(now.wall + lease.wentBackUntil - now.mono);
  return reason('lease-went-back', { lease: leaseText(lease.ref), until });
}
