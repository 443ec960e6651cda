import { mine } from '../lease/hold.ts';
import { leaseText } from '../lease/object.ts';
import { placeOf } from '../lease/queue.ts';
import { type Now, wallText } from '../now.ts';
import { type ReasonCode, reason } from '../reasons.ts';
import type { StopMeaning } from '../shutdown.ts';
import { stuckReason } from '../stuck.ts';
import { backingOut } from './backing-out.ts';
import { withinSettings } from './delay.ts';
import { afterSleep } from './drain-time.ts';
import { draining } from './draining.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import type { Facts } from './facts.ts';
import { stopWork } from './hooks.ts';
import { idle } from './idle.ts';
import { endedReason, holding, leftBehind } from './left-behind.ts';
import { observe } from './observe.ts';
import { queued } from './queued.ts';
import { readAgain } from './read-again.ts';
import { rebooting } from './rebooting.ts';
import { recovering } from './recovering.ts';
import { restoring } from './restoring.ts';
import { endStanding, keepStanding } from './standing.ts';
import type { Phase, State } from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { takingOver } from './take-over.ts';
import { verifying } from './verifying.ts';
import { startDraining, waiting } from './waiting.ts';
import { knowLease } from './want.ts';

/** What an event leads to. `wakeAt`: when (monotonic) the event `time` is due at the latest; null: not at all. */
export interface Transition {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly wakeAt: number | null;
}

/**
 * The whole behaviour of a node: what was seen is kept, then the phase decides by what is known, not by which event brought
 * it, until it has something to wait for. Pure, total and deterministic: the same state, event and moment give the same
 * answer. Effects are to be carried out in their order.
 */
export function transition(state: State, event: Event, now: Now): Transition {
  const facts = observe(state.facts, event, now);
  const effects: Effect[] = wentBackNow(state.facts, facts, now);
  const seen: State = { ...state, facts };
  const known = underEvent(seen, event, now);
  const other = replaced(state, known);
  let current = other === null ? known : apply(known, other, now);
  if (other !== null) effects.push(...other.effects);
  for (let round = 0; round < mostRounds; round += 1) {
    const step = stopping(current, now) ?? decide(current, now);
    current = apply(current, step, now);
    effects.push(...step.effects);
    if (step.atOnce === true) continue;
    const again = readAgain(current, { ...step, effects: [] }, now);
    current = apply(current, again, now);
    const more = takingOver(current, again, now);
    current = apply(current, more, now);
    effects.push(...more.effects);
    const beside = standingBeside(current, { ...more, effects: [...step.effects, ...more.effects] }, now);
    return finish(beside.state, [...effects, ...stuckNow(state, current), ...beside.effects], beside.step);
  }
  throw new Error(`the phase ${current.phase.name} decides without end; please report this with the journal`);
}

/** What sleep and new settings change in the phase itself, before it decides. */
function underEvent(state: State, event: Event, now: Now): State {
  if (event.on === 'away') return afterSleep(state, event.ms);
  return event.on === 'settings' ? withinSettings(state, now) : state;
}

/** More changes of phase or step at one moment than any path has; only a defect gets there. */
const mostRounds = 40;

/** What stands on the Node while it waits is kept beside the step, by a node that goes on. */
function standingBeside(
  state: State,
  step: Step,
  now: Now,
): { readonly state: State; readonly effects: readonly Effect[]; readonly step: Step } {
  const kept = state.facts.stop === null ? keepStanding(state, step.effects, now) : null;
  if (kept === null) return { state, effects: [], step };
  const wakeAt = soonest(step.wakeAt, kept.wakeAt);
  return { state: begun(state, kept.effects, now), effects: kept.effects, step: { ...step, wakeAt } };
}

function begun(state: State, effects: readonly Effect[], now: Now): State {
  const underWay = effects.some((effect) => effect.do === 'patch-node' && effect.purpose === 'standing');
  const standing = underWay ? { ...state.facts.standing, underWay } : state.facts.standing;
  return { ...state, facts: { ...asked(state.facts, effects, now), standing } };
}

/** The lanes of these effects are busy from now on. */
function asked(facts: Facts, effects: readonly Effect[], now: Now): Facts {
  const busy = { ...facts.busy };
  for (const effect of effects) if ('lane' in effect) busy[effect.lane] = true;
  const asks = (lane: 'lease' | 'node') => effects.some((effect) => 'lane' in effect && effect.lane === lane);
  const lease = asks('lease') ? { ...facts.lease, askedAt: now.mono, toldSince: false } : facts.lease;
  const node = asks('node') ? { ...facts.node, askedAt: now.mono, toldSince: false } : facts.node;
  return { ...facts, busy, lease, node };
}

function wentBackNow(before: Facts, after: Facts, now: Now): Effect[] {
  const until = after.lease.wentBackUntil;
  if (until === before.lease.wentBackUntil || until <= now.mono) return [];
  const details = { lease: leaseText(after.lease.ref), until: wallText(now.wall + until - now.mono) };
  return [{ do: 'tell', moment: { what: 'lease-went-back', reason: reason('lease-went-back', details) } }];
}

/** A wait for a person is told when it begins; a phase that is stuck tells it by itself. */
function stuckNow(before: State, after: State): Effect[] {
  const is = stuckReason(after);
  if (is === null || 'stuck' in after.phase || stuckReason(before) !== null) return [];
  return [{ do: 'tell', moment: { what: 'stuck', reason: is } }];
}

function decide(state: State, now: Now): Step {
  const { phase } = state;
  switch (phase.name) {
    case 'recovering':
      return recovering({ ...state, phase }, now);
    case 'idle':
      return idle({ ...state, phase }, now);
    case 'waiting':
      return waiting({ ...state, phase }, now);
    case 'queued':
      return queued({ ...state, phase }, now);
    case 'draining':
      return draining({ ...state, phase }, now);
    case 'rebooting':
      return rebooting({ ...state, phase }, now);
    case 'verifying':
      return verifying({ ...state, phase }, now);
    case 'restoring':
      return restoring({ ...state, phase }, now);
    case 'backing-out':
      return backingOut({ ...state, phase }, now);
    case 'stopped':
      return stay(state, state.waits);
  }
}

/** The state after a step: its effects' lanes are busy from now on, and recovery rests on nothing that was known before. */
function apply(state: State, step: Step, now: Now): State {
  const facts = asked({ ...state.facts, ...step.facts }, step.effects, now);
  const changed = step.phase.name !== state.phase.name;
  const since = changed ? { mono: now.mono, wall: now.wall } : state.since;
  return { phase: step.phase, since, waits: step.waits, facts: changed ? entering(step.phase, facts) : facts };
}

function entering(phase: Phase, facts: Facts): Facts {
  if (phase.name !== 'recovering') return facts;
  // What the watch of the Node lists first is as consistent as a read; it is waited for, not asked twice.
  const node = facts.node.watch === 'starting' ? facts.node : { ...facts.node, current: false };
  return { ...facts, node, lease: { ...facts.lease, current: false }, permission: null, shutdown: null };
}

/** Another Node under our name, in the middle of a claim: the machine was replaced or registered anew. Null: it is the same. */
function replaced(before: State, after: State): Step | null {
  const uid = before.facts.me.uid;
  const other = uid !== '' && after.facts.me.uid !== uid;
  if (!other || !holding.includes(after.phase.name)) return null;
  return become({ name: 'recovering', cause: 'node-replaced', step: 'look' }, reason('starting'), stopWork(after));
}

/**
 * The service is to end. A restart, a machine going down, or a SIGTERM nobody can explain leave everything as it is: the
 * next start goes on. A stop gives back what can be given back: `queued` leaves, `draining` backs out, a node that only has to
 * release does, by themselves; after the fence it leaves. Null: nothing to stop, or the phase sees to it.
 */
function stopping(state: State, now: Now): Step | null {
  const { stop } = state.facts;
  const { name } = state.phase;
  if (stop === null || name === 'stopped') return null;
  if (stop === 'stop' && (name === 'queued' || name === 'draining' || name === 'backing-out')) return null;
  if (stop === 'stop' && state.phase.name === 'restoring' && state.phase.restored) return null;
  if (stop === 'stop' && (name === 'waiting' || name === 'idle')) return stopUnsettled(state, now);
  return exit(state, stop, now);
}

/** A claim or a joining may be under way: what came of it is known, and given back, before the service ends. */
function stopUnsettled(state: State, now: Now): Step {
  const { facts } = state;
  const { seen } = facts.lease;
  const unsettled = facts.lease.doubt !== null || facts.busy.lease;
  if (unsettled) {
    const known = knowLease(facts, now);
    if (known.is === 'doing') return stay(state, reason('stopping'), known.effects, known.wakeAt);
  }
  const record = seen.is === 'lease' && seen.reading.readable ? seen.reading.record : null;
  const entry = record === null ? null : mine(record, facts.me);
  if (entry !== null && entry.by === facts.me.by && entry.phase === 'draining') {
    return startDraining(entry.claim, entry.need.reasons, now);
  }
  const queued = entry === null && record !== null && placeOf(record, facts.me.node) !== null;
  if (queued) return become({ name: 'queued', leaving: reason('stopping') }, reason('stopping'));
  const standing = endStanding(state, now);
  if (standing === null) return exit(state, 'stop', now);
  return stay(state, reason('stopping'), standing.effects, standing.wakeAt);
}

/** A hook that runs is left to itself: the next start waits for it. After a stop nobody need start again, so that what stays is said. */
function exit(state: State, meaning: StopMeaning, now: Now): Step {
  const { facts } = state;
  const left = leftBehind(state);
  const effects: Effect[] = facts.busy.drain ? [{ do: 'stop-drain' }] : [];
  effects.push({ do: 'tell', moment: { what: 'stopping', meaning, left } }, { do: 'exit' });
  const waits = meaning === 'stop' ? endedReason(state, now) : reason('stopping');
  return { phase: { name: 'stopped' }, effects, waits, wakeAt: null };
}

/** What a person puts right in the Lease; recovery that waits for that sees it at once. */
const mended: readonly ReasonCode[] = ['lease-unreadable', 'other-machine'];

/** Nobody watches the head of the queue any more, but one who polls a full queue: it has seen every claim in between. */
function unwatched(state: State): State {
  const { phase, facts } = state;
  const polls = phase.name === 'waiting' && phase.poll !== 'no';
  return polls || facts.turn === null ? state : { ...state, facts: { ...facts, turn: null } };
}

/** Follows the Lease by a watch exactly while about to join, queued, holding, or waiting for the Lease to be put right. */
function finish(last: State, effects: readonly Effect[], { wakeAt, follow }: Step): Transition {
  const { name } = last.phase;
  const { lease } = last.facts;
  const mending = name === 'recovering' && (mended.includes(last.waits.code) || lease.watch === 'broken');
  const wanted = follow === true || mending || name === 'queued' || holding.includes(name);
  const state = wanted ? last : unwatched(last);
  if (wanted === (lease.watch !== 'off')) return { state, effects, wakeAt };
  const from = lease.current && lease.seen.is === 'lease' ? lease.seen.object.metadata.resourceVersion : '';
  const effect: Effect = wanted ? { do: 'follow-lease', lease: lease.ref, from } : { do: 'unfollow-lease' };
  const watch = wanted ? ('starting' as const) : ('off' as const);
  return {
    state: { ...state, facts: { ...state.facts, lease: { ...lease, watch } } },
    effects: [...effects, effect],
    wakeAt,
  };
}
