import type { Now } from '../now.ts';
import type { ReasonCode } from '../reasons.ts';
import type { NodeSettings } from '../settings.ts';
import { type Standing, type StandingSettings, standingPatch } from '../standing.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import type { DecisionSettings, Facts } from './facts.ts';
import { nodePatched, withNode } from './observe-node.ts';
import { needNow, permissionAnswer } from './questions.ts';
import type { State } from './state.ts';
import { type Progress, wantNode } from './want.ts';

type Doing = Extract<Progress<unknown, 'gone'>, { readonly is: 'doing' }>;

/** How long a PATCH that was refused is not tried again: nothing depends on it. */
const refusedFor = 600_000;

export function standingOf({ preferNoScheduleTaint, kuredAnnotations }: NodeSettings): StandingSettings {
  return { taint: preferNoScheduleTaint, kuredAnnotations };
}

/** A node that only observes takes off what it has set before, and leaves all else to kured, which may be at work beside it. */
function standingNow({ observe, node }: DecisionSettings): StandingSettings {
  return observe ? { taint: null, kuredAnnotations: false } : standingOf(node);
}

/**
 * Keeps what is to stand on the Node while it waits for a reboot, beside whatever a node that holds nothing does: never
 * instead of another effect on the Node, and never in the way of a claim. Null: there is nothing to do.
 */
export function keepStanding(state: State, effects: readonly Effect[], now: Now): Doing | null {
  const { facts } = state;
  const busy = facts.busy.node || effects.some((effect) => 'lane' in effect && effect.lane === 'node');
  if (busy || facts.node.watch !== 'running') return null;
  const progress = wantStanding(facts, wantedNow(state, now), now);
  return progress?.is === 'doing' ? progress : null;
}

/** Takes it off before the service ends for good; not by all means: null as soon as that cannot be had. */
export function endStanding(state: State, now: Now): Doing | null {
  const { node } = state.facts;
  if (node.watch !== 'running' || node.problem !== null) return null;
  const progress = wantStanding(state.facts, 'off', now);
  return progress?.is === 'doing' ? progress : null;
}

/** What came of the PATCH. One that was refused changed nothing and says nothing of any other. */
export function standingPatched(
  facts: Facts,
  { result, base }: Extract<Event, { on: 'node-patched' }>,
  now: Now,
): Facts {
  const refused = result.is === 'refused' ? result.reason : null;
  const notBefore = refused === null ? 0 : now.mono + refusedFor;
  const known: Facts = { ...facts, standing: { underWay: false, notBefore, problem: refused } };
  return refused === null ? withNode(known, nodePatched(facts.node, result, base, now)) : known;
}

function wantStanding(facts: Facts, wanted: Standing, now: Now): Progress<unknown, 'gone'> | null {
  const { node, standing, settings } = facts;
  const patchOf = (seen: Parameters<typeof standingPatch>[0]) =>
    standingPatch(seen, standingNow(settings), wanted, now);
  const differs = node.seen.is === 'node' && patchOf(node.seen.node) !== null && now.mono >= standing.notBefore;
  // A PATCH of it without an answer is settled before the node rests.
  if (!differs && node.doubt === null) return null;
  return wantNode(facts, now, (seen) => {
    const patch = differs ? patchOf(seen) : null;
    return patch === null ? { nothing: true } : { patch, purpose: 'standing' };
  });
}

function wantedNow(state: State, now: Now): Standing {
  const { facts, phase } = state;
  // After a restore that the release only waits for, a node is at rest as one that holds nothing.
  if (phase.name === 'idle' || (phase.name === 'restoring' && phase.restored))
    return needNow(facts, now).is === 'none' ? 'off' : 'leave';
  if (phase.name !== 'waiting' && phase.name !== 'queued') return 'leave';
  const answer = permissionAnswer(facts);
  if (answer === null) return 'leave';
  const closed = answer.is !== 'allowed' && answer.reasons.some(({ code }) => windows.includes(code));
  return closed ? 'off' : 'on';
}

/** As with kured, a node whose windows are closed is like any other. */
const windows: readonly ReasonCode[] = ['window-closed', 'window-after-deadline', 'window-none', 'clock-behind'];
