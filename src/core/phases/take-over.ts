import { describeHolders } from '../lease/describe.ts';
import {
  type HolderWatch,
  type Lost,
  lostAfter,
  lostHolder,
  nextHolderLook,
  silentAt,
  takeOver,
} from '../lease/holder-watch.ts';
import { leaseText } from '../lease/object.ts';
import { takeOverCommand } from '../lease/pool.ts';
import type { LeaseRecord } from '../lease/record.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import type { Effect } from './effect.ts';
import type { Facts, TakingOver } from './facts.ts';
import type { PhaseName, State } from './state.ts';
import { type Step, soonest } from './step.ts';
import { knowLease, wantLease } from './want.ts';

/** Who watches the Lease for longer than a moment, and has no other write of it to come first. */
const watchers: readonly PhaseName[] = ['queued', 'draining', 'verifying'];

/**
 * Takes the entry of a lost holder out of the Lease, beside whatever the phase does: a deleted machine would keep the pool
 * waiting for ever. Asks about a holder's Node only when its entry has been still for a while; unknown is never gone.
 * `state` is the state after the phase's own step.
 */
export function takingOver(state: State, step: Step, now: Now): Step {
  const settled = settle(state, step, now);
  const { facts } = state;
  const { lease } = facts;
  if (facts.settings.observe || !watchers.includes(state.phase.name)) return settled;
  if (lease.watch !== 'running' || lease.seen.is !== 'lease' || !lease.seen.reading.readable) return settled;
  const { record } = lease.seen.reading;
  const next = act(state, record, settled, now);
  const waits = shownWait(next, record, facts, now);
  return waits === null ? next : { ...next, waits };
}

function act(state: State, record: LeaseRecord, step: Step, now: Now): Step {
  const { facts } = state;
  const { takeOverAfter } = facts.settings;
  // A pause asks for nothing to move; a Lease that went back is an older state, whose holders put themselves right.
  const still = record.paused !== null || now.mono < facts.lease.wentBackUntil;
  const lost = still ? null : lostHolder(facts.holders, takeOverAfter, now);
  if (lost !== null && facts.takingOver === null) return write(state, lost, step, now);
  const next = nextHolderLook(facts.holders);
  if (next === null || facts.busy.holder) return step;
  const silent = silentAt(facts.holders, takeOverAfter);
  const wakeAt = soonest(step.wakeAt, next.lookAt, silent !== null && silent > now.mono ? silent : null);
  if (now.mono < next.lookAt) return { ...step, wakeAt };
  const { node, claim } = next;
  const look: Effect = { do: 'look-at-holder', lane: 'holder', lease: facts.lease.ref, node, claim };
  return { ...step, effects: [...step.effects, look] };
}

function write(state: State, { watch, because }: Lost, step: Step, now: Now): Step {
  const { facts } = state;
  const progress = wantLease<'changed'>(facts, now, (record) => {
    const ruling = takeOver(record, watch);
    return ruling.granted ? { write: ruling.record, purpose: 'take-over' } : { mayNot: 'changed' };
  });
  if (progress.is !== 'doing') return step;
  const writes = progress.effects.some((effect) => effect.do === 'write-lease' && effect.purpose === 'take-over');
  const why = because === 'node-gone' ? goneWhy(watch) : silentWhy(watch, facts.settings.takeOverAfter ?? 0);
  const pending: TakingOver = { lease: facts.lease.ref, node: watch.node, claim: watch.claim, why, unsure: false };
  return {
    ...step,
    effects: [...step.effects, ...progress.effects],
    wakeAt: soonest(step.wakeAt, progress.wakeAt),
    ...(writes ? { facts: { ...step.facts, takingOver: pending } } : {}),
  };
}

/** What became of a take-over that was written: told when it is known to stand, settled first where no answer came. */
function settle(state: State, step: Step, now: Now): Step {
  const { facts } = state;
  const { lease, takingOver: pending } = facts;
  const clean = { ...step, facts: {} };
  if (pending === null || state.phase.name === 'stopped') return clean;
  if (leaseText(pending.lease) !== leaseText(lease.ref)) return { ...clean, facts: { takingOver: null } };
  if (lease.doubt !== null || !lease.current) {
    if (facts.busy.lease) return clean;
    const known = knowLease(facts, now);
    if (known.is !== 'doing') return clean;
    return { ...clean, effects: [...step.effects, ...known.effects], wakeAt: soonest(step.wakeAt, known.wakeAt) };
  }
  if (facts.busy.lease && holds(facts, pending)) return clean;
  const done = { ...clean, facts: { takingOver: null } };
  if (holds(facts, pending) || lease.seen.is !== 'lease') return done;
  const { uid } = lease.seen.object.metadata;
  const { node, claim, why } = pending;
  const moment = { what: 'took-over', holder: node, claim, why, lease: lease.ref, leaseUid: uid } as const;
  return { ...done, effects: [...step.effects, { do: 'tell', moment }] };
}

function holds({ lease }: Facts, { claim }: TakingOver): boolean {
  if (lease.seen.is !== 'lease' || !lease.seen.reading.readable) return false;
  return lease.seen.reading.record.holders.some((slot) => slot.readable && slot.entry.claim === claim);
}

/** A node in the queue says what is known of a holder that looks lost; null: none does, or something else is waited for. */
function shownWait(step: Step, record: LeaseRecord, facts: Facts, now: Now): Reason | null {
  if (step.phase.name !== 'queued' || !['pool-busy', 'not-my-turn'].includes(step.waits.code)) return null;
  const gone = facts.holders.find(({ goneSince }) => goneSince !== null);
  const lease = leaseText(facts.lease.ref);
  const holders = describeHolders(record, now);
  if (gone !== undefined && gone.goneSince !== null) {
    const until = wallText(now.wall + Math.max(0, gone.goneSince + lostAfter - now.mono));
    return reason('holder-gone', { holders, lease, node: gone.node, until });
  }
  const silent = facts.holders.find(({ look, since }) => look?.is === 'unknown' && now.mono - since >= lostAfter);
  if (silent?.look?.is !== 'unknown') return null;
  const why = reasonSentence(silent.look.reason);
  return reason('holder-silent', { holders, lease, node: silent.node, why, grant: takeOverCommand(facts.lease.ref) });
}

function goneWhy({ goneSince, askedAt }: HolderWatch): string {
  return `its Node did not exist, and its entry did not change, for ${minutes(askedAt - (goneSince ?? askedAt))} min`;
}

function silentWhy(_: HolderWatch, after: number): string {
  return `its entry did not change for ${minutes(after)} min, as long as lease.takeOverAfter says`;
}

function minutes(ms: number): string {
  return String(Math.floor(ms / 60_000));
}
