import { leaseText } from '../lease/object.ts';
import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import { backingOut } from './backing-out.ts';
import { draining } from './draining.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import { idle } from './idle.ts';
import { observe } from './observe.ts';
import { queued } from './queued.ts';
import { rebooting } from './rebooting.ts';
import { recovering } from './recovering.ts';
import { restoring } from './restoring.ts';
import type { Facts, Phase, PhaseName, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { verifying } from './verifying.ts';
import { waiting } from './waiting.ts';
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
  let current: State = replaced(state, { ...state, facts }, now);
  const effects: Effect[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const step = stopping(current, now) ?? decide(current, now);
    current = apply(current, step, now);
    effects.push(...step.effects);
    if (step.atOnce !== true) return finish(current, effects, step);
  }
  throw new Error(`the phase ${current.phase.name} decides without end; please report this with the journal`);
}

/** More changes of phase or step at one moment than any path has; only a defect gets there. */
const mostRounds = 40;

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
  const busy = { ...state.facts.busy };
  for (const effect of step.effects) if ('lane' in effect) busy[effect.lane] = true;
  const facts: Facts = { ...state.facts, ...step.facts, busy };
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

/** Another Node under our name, in the middle of a claim: the machine was replaced or registered anew. */
function replaced(before: State, after: State, now: Now): State {
  const uid = before.facts.me.uid;
  const other = uid !== '' && after.facts.me.uid !== uid;
  if (!other || !holding.includes(after.phase.name)) return after;
  const step = become({ name: 'recovering', cause: 'node-replaced', step: 'look' }, reason('starting'));
  return apply(after, { ...step, effects: after.facts.busy.drain ? [{ do: 'stop-drain' }] : [] }, now);
}

const holding: readonly PhaseName[] = ['draining', 'rebooting', 'verifying', 'restoring', 'backing-out'];

/**
 * The service is to end. A restart, a machine going down, or a SIGTERM nobody can explain leave everything as it is: the
 * next start goes on. A stop gives back what can be given back: `queued` leaves, `draining` backs out, by themselves; after
 * the fence it leaves. Null: nothing to stop, or the phase sees to it.
 */
function stopping(state: State, now: Now): Step | null {
  const { stop } = state.facts;
  const { name } = state.phase;
  if (stop === null || name === 'stopped') return null;
  if (stop === 'stop' && (name === 'queued' || name === 'draining' || name === 'backing-out')) return null;
  if (stop === 'stop' && name === 'waiting') return stopWaiting(state, now);
  return exit(state, stop);
}

/** A claim may be under way: it is known before the service ends, so that nothing of it is left. */
function stopWaiting(state: State, now: Now): Step | null {
  const { lease } = state.facts;
  if (lease.current && lease.doubt === null && !state.facts.busy.lease) return exit(state, 'stop');
  if (lease.doubt === null && !state.facts.busy.lease) return exit(state, 'stop');
  const known = knowLease(state.facts, now);
  return known.is === 'doing' ? stay(state, state.waits, known.effects, known.wakeAt) : exit(state, 'stop');
}

function exit(state: State, meaning: string): Step {
  const { facts, phase } = state;
  const left = holding.includes(phase.name)
    ? `the claim in ${leaseText(facts.lease.ref)} is left as it is (${phase.name})`
    : 'nothing is held';
  const effects: Effect[] = facts.busy.drain ? [{ do: 'stop-drain' }] : [];
  effects.push({ do: 'tell', moment: { what: 'stopping', meaning, left } }, { do: 'exit' });
  return { phase: { name: 'stopped' }, effects, waits: reason('stopping'), wakeAt: null };
}

/** Follows the Lease by a watch exactly while about to join, queued or holding. */
function finish(state: State, effects: readonly Effect[], { wakeAt, follow }: Step): Transition {
  const wanted = follow === true || state.phase.name === 'queued' || holding.includes(state.phase.name);
  const { lease } = state.facts;
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
