import { mine, recordStart } from '../lease/hold.ts';
import { isSameLease, leaseText } from '../lease/object.ts';
import { leaseMissing } from '../lease/pool.ts';
import { placeOf } from '../lease/queue.ts';
import type { LeaseRecord } from '../lease/record.ts';
import { namedLease } from '../lease-name.ts';
import { backOffDistance } from '../limits.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import { type Reason, reason } from '../reasons.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';
import { noHooks } from './hooks.ts';
import { isOutOfReach, leaseOf, nameNew } from './lease-named.ts';
import { unseenLease } from './observe-lease.ts';
import { isOfOtherBoot, rebootedSince } from './rebooted-since.ts';
import { nextPhase } from './recovery-phase.ts';
import { type Found, markOf, recoveryVerdict, type Verdict } from './recovery-table.ts';
import { again, rebootAsked, standing, waitForShutdown } from './recovery-wait.ts';
import { remember } from './remember.ts';
import { wayBackNow } from './restoring-reason.ts';
import type { Recovering, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { leaseTrouble, wantLease, wantNode } from './want.ts';

type This = State & { readonly phase: Recovering };

/**
 * At every start, and whenever what is read contradicts what is remembered: reads the Node and the Lease consistently,
 * signs the own entry, reads the Node once more, asks systemd where that matters, and goes on by the table of recovery.
 * While the API server cannot be read it waits: unknown is never "not holding".
 */
export function recovering(state: This, now: Now): Step {
  const { facts } = state;
  // What an earlier phase began has to end first: a drain or a hook that stops, a reboot call without an answer.
  if (facts.busy.drain || facts.busy.hooks || facts.busy.reboot) return stay(state, state.waits);
  if (facts.node.watch === 'starting' && !facts.node.current)
    return stay(state, facts.node.problem ?? reason('starting'));
  const leaves = isOutOfReach(state, now);
  const progress = leaves ? nameNew(facts, now) : wantNode(facts, now, () => ({ nothing: true }));
  if (progress.is === 'doing')
    return stay(state, facts.node.problem ?? standing(state), progress.effects, progress.wakeAt);
  const node = progress.is === 'done' ? progress.seen : null;
  const ref = leaves ? facts.settings.lease : leaseOf(node, facts);
  if (!isSameLease(ref, facts.lease.ref)) {
    const effects: Effect[] = leaves ? [{ do: 'tell', moment: { what: 'lease-left', lease: facts.lease.ref } }] : [];
    // What is followed is the other Lease, however its watch fares.
    if (facts.lease.watch !== 'off') effects.push({ do: 'unfollow-lease' });
    return become(state.phase, state.waits, effects, { lease: unseenLease(ref) });
  }
  return state.phase.step === 'look' ? sign(state, node, now) : decide(state, node, now);
}

function sign(state: This, seen: NodeSnapshot | null, now: Now): Step {
  const { facts } = state;
  const mark = markOf(seen);
  const progress = wantLease(facts, now, (record) => {
    const entry = mine(record, facts.me);
    if (entry === null || entry.by === facts.me.by) return { nothing: true };
    // An entry of another boot that our own mark contradicts stays what it says until it is given back.
    const contradicted = rebootedSince(entry, mark, facts.fenced, facts.me).is === 'contradicted';
    const ruling = recordStart(record, facts.me, now, isOfOtherBoot(entry, facts.me) && !contradicted);
    return ruling.granted ? { write: ruling.record, purpose: 'sign' } : { nothing: true };
  });
  if (progress.is === 'doing')
    return stay(state, facts.lease.problem ?? standing(state), progress.effects, progress.wakeAt);
  const holder = progress.is === 'done' && mine(progress.seen, facts.me) !== null;
  const node = holder ? { ...facts.node, current: false } : facts.node;
  return become({ ...state.phase, step: 'decide' }, state.waits, [], { node, shutdown: null });
}

function decide(state: This, node: NodeSnapshot | null, now: Now): Step {
  const { facts } = state;
  const lease = wantLease(facts, now, () => ({ nothing: true }));
  if (lease.is === 'doing') return stay(state, facts.lease.problem ?? standing(state), lease.effects, lease.wakeAt);
  const record = lease.is === 'done' ? lease.seen : null;
  const trouble = lease.is === 'not' ? (lease.because === 'missing' ? 'lease-gone' : 'unreadable') : 'none';
  const entry = record === null ? trouble : (mine(record, facts.me) ?? 'none');
  const queued = record !== null && placeOf(record, facts.me.node) !== null;
  const look = facts.shutdown?.look ?? null;
  const asked = rebootAsked(state, now);
  const found: Found = { me: facts.me, entry, queued, node, fenced: facts.fenced, rebootAsked: asked, look };
  const verdict = recoveryVerdict(found);
  return follow(state, verdict, found, record, now);
}

function follow(state: This, verdict: Verdict, found: Found, record: LeaseRecord | null, now: Now): Step {
  const { facts } = state;
  switch (verdict.follow) {
    case 'ask-systemd':
      return stay(state, standing(state), facts.busy.shutdown ? [] : [{ do: 'look-at-shutdown', lane: 'shutdown' }]);
    case 'wait-for-shutdown':
      return waitForShutdown(state, now);
    case 'wait-readable':
      return again(state, leaseTrouble(facts, 'unreadable'), now);
    case 'wait-for-person':
      return again(state, reason('other-machine', { node: facts.me.node }), now);
    default: {
      const phase = nextPhase(verdict.follow, found, facts, now);
      const told: Effect[] =
        phase.name === 'idle' ? [] : [{ do: 'tell', moment: { what: 'recovered', row: String(verdict.row) } }];
      const taken = record !== null && (verdict.follow === 'idle' || verdict.follow === 'restore');
      const { backOff, remembered } = taken ? claimTaken(state, now) : { backOff: facts.backOff, remembered: [] };
      const fresh = {
        permission: null,
        drain: { progress: null, ended: null },
        hooks: noHooks,
        announced: false,
        reboot: null,
        backOff,
        // Nothing was ever written into a Lease that the Node does not name.
        earlier: facts.earlier && (found.node === null || namedLease(found.node) !== null),
      } as const;
      if (endsHooks.includes(verdict.follow)) told.push({ do: 'stop-hooks' });
      if (phase.name === 'backing-out' && verdict.follow !== 'finish-back-out')
        told.push({
          do: 'tell',
          moment: { what: 'backing-out', reason: phase.cause, back: wayBackNow(facts, phase.claim) },
        });
      return become(phase, record === null ? leaseReason(facts) : reason('starting'), [...told, ...remembered], fresh);
    }
  }
}

/** Nothing is run for a claim that is gone or given back, by a process that is gone either. */
const endsHooks: readonly Verdict['follow'][] = ['restore', 'back-out', 'finish-back-out', 'disown', 'release'];

/** The claim was taken away in this process's work: it is tried again with the distance of a back-out, not at once. */
function claimTaken(
  state: This,
  now: Now,
): { readonly backOff: Facts['backOff']; readonly remembered: readonly Effect[] } {
  const { facts, phase } = state;
  // A Lease that went back keeps everybody from claiming for longer, and says so.
  const wentBack = now.mono < facts.lease.wentBackUntil;
  if (phase.cause !== 'claim-lost' || wentBack) return { backOff: facts.backOff, remembered: [] };
  const failures = (facts.backOff?.failures ?? 0) + 1;
  const distance = backOffDistance(failures, now);
  const why = reason('claim-lost', { lease: leaseText(facts.lease.ref) });
  const backOff = { failures, until: now.mono + distance, why };
  return { backOff, remembered: [remember({ backOff, fenced: facts.fenced }, now)] };
}

function leaseReason(facts: Facts): Reason {
  return facts.lease.seen.is === 'gone' ? leaseMissing(facts.lease.ref) : reason('starting');
}
