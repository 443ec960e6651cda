import { compareBoot } from '../boot-mark.ts';
import { readMark } from '../cordon-mark.ts';
import { mine, recordStart } from '../lease/hold.ts';
import { type LeaseRef, leaseText } from '../lease/object.ts';
import { leaseMissing } from '../lease/pool.ts';
import { placeOf } from '../lease/queue.ts';
import type { Holder, LeaseRecord, NeedNote } from '../lease/record.ts';
import { backOffDistance, limits, pollDistance } from '../limits.ts';
import type { NodeSnapshot } from '../node-view.ts';
import { type Now, wallText } from '../now.ts';
import { type Reason, type ReasonCode, reason, reasonSentence } from '../reasons.ts';
import type { Effect } from './effect.ts';
import { unseenLease } from './observe.ts';
import { type Found, recoveryVerdict, type Verdict } from './recovery-table.ts';
import { staleLease } from './second-look.ts';
import type {
  BackingOut,
  Draining,
  Facts,
  Phase,
  Rebooting,
  Recovering,
  Restoring,
  State,
  Verifying,
} from './state.ts';
import { become, type Step, soonest, stay } from './step.ts';
import { leaseTrouble, wantLease, wantNode } from './want.ts';

type This = State & { readonly phase: Recovering };

/**
 * At every start, and whenever what is read contradicts what is remembered: reads the Node and the Lease consistently,
 * signs the own entry, reads the Node once more, asks systemd where that matters, and goes on by the table of recovery.
 * While the API server cannot be read it waits: unknown is never "not holding".
 */
export function recovering(state: This, now: Now): Step {
  const { facts } = state;
  // What an earlier phase began has to end first: a drain that stops, a reboot call without an answer.
  if (facts.busy.drain || facts.busy.reboot) return stay(state, state.waits);
  if (facts.node.watch === 'starting' && !facts.node.current)
    return stay(state, facts.node.problem ?? reason('starting'));
  const progress = wantNode(facts, now, () => ({ nothing: true }));
  if (progress.is === 'doing')
    return stay(state, facts.node.problem ?? standing(state), progress.effects, progress.wakeAt);
  const node = progress.is === 'done' ? progress.seen : null;
  const ref = leaseOf(node, facts);
  if (ref.name !== facts.lease.ref.name || ref.namespace !== facts.lease.ref.namespace) {
    return become(state.phase, state.waits, [], { lease: { ...unseenLease(ref), watch: facts.lease.watch } });
  }
  return state.phase.step === 'look' ? sign(state, now) : decide(state, node, now);
}

/** The Lease the mark names, else the pool's: a claim is always given back where it was made. */
function leaseOf(node: NodeSnapshot | null, facts: Facts): LeaseRef {
  const reading = node === null ? ({ is: 'none' } as const) : readMark(node);
  const [namespace, name] = reading.is === 'mark' ? reading.mark.lease.split('/') : [];
  return namespace && name ? { namespace, name } : facts.settings.lease;
}

function sign(state: This, now: Now): Step {
  const { facts } = state;
  const progress = wantLease(facts, now, (record) => {
    const entry = mine(record, facts.me);
    if (entry === null || entry.by === facts.me.by) return { nothing: true };
    const ruling = recordStart(record, facts.me, now, compareBoot(entry.boot, facts.me.boot) === 'other');
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
  const found: Found = { me: facts.me, entry, queued, node, rebootAsked: rebootAsked(state, now), look };
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
        announced: false,
        reboot: null,
        backOff,
      } as const;
      return become(phase, record === null ? leaseReason(facts) : reason('starting'), [...told, ...remembered], fresh);
    }
  }
}

type Going = Exclude<Verdict['follow'], 'ask-systemd' | 'wait-for-shutdown' | 'wait-readable' | 'wait-for-person'>;

function nextPhase(going: Going, found: Found, facts: Facts, now: Now): Phase {
  const entry = typeof found.entry === 'object' ? found.entry : null;
  const claim = entry?.claim ?? '';
  switch (going) {
    case 'idle':
      return { name: 'idle' };
    case 'queued':
      return { name: 'queued', leaving: null };
    case 'restore':
      return { name: 'restoring', claim: null, handled: null, nonce: null, restored: false } satisfies Restoring;
    case 'verify':
    case 'verify-without-claim':
      return verification(going === 'verify' ? entry : null, found, facts, now);
    case 'drain':
      return drain(claim, now);
    case 'back-out':
    case 'finish-back-out':
    case 'release':
      return backOut(claim, going, entry, facts);
    case 'take-fence-back':
    case 'wait-for-reboot':
      return reboot(going, entry, facts, now);
  }
}

function verification(entry: Holder | null, found: Found, facts: Facts, now: Now): Verifying {
  const reading = found.node === null ? ({ is: 'none' } as const) : readMark(found.node);
  const mark = reading.is === 'mark' ? reading.mark : null;
  const nothing: NeedNote = { fingerprint: '', reasons: [] };
  return {
    name: 'verifying',
    claim: entry?.claim ?? null,
    from: entry?.boot ?? mark?.boot ?? { id: '', soft: null },
    need: entry?.need ?? mark?.need ?? nothing,
    deadline: now.mono + facts.settings.verificationTimeout,
    stuck: null,
  };
}

function drain(claim: string, now: Now): Draining {
  const renewAt = now.mono + limits.renewEvery;
  return { name: 'draining', claim, step: 'permit', began: now.mono, renewAt, fenceNotBefore: 0, lastRefusal: null };
}

function backOut(
  claim: string,
  going: 'back-out' | 'finish-back-out' | 'release',
  entry: Holder | null,
  facts: Facts,
): BackingOut {
  const starts = String(entry?.starts ?? 0);
  const tooMany = (entry?.starts ?? 0) > limits.mostStarts;
  const cause = {
    'back-out': tooMany ? reason('too-many-starts', { starts }) : reason('uncordoned'),
    'finish-back-out': reason('interrupted'),
    release: reason('node-missing', { node: facts.me.node }),
  }[going];
  return {
    name: 'backing-out',
    claim,
    cause,
    step: going === 'back-out' ? 'declare' : going === 'release' ? 'release' : 'restore',
    nonce: null,
  };
}

function reboot(going: 'take-fence-back' | 'wait-for-reboot', entry: Holder | null, facts: Facts, now: Now): Rebooting {
  const foreign = going === 'wait-for-reboot';
  const spent = (entry?.starts ?? 0) > limits.mostStarts;
  return {
    name: 'rebooting',
    claim: entry?.claim ?? '',
    step: foreign ? 'asked' : 'take-back',
    attempt: entry?.attempt ?? 0,
    committed: foreign,
    earlier: foreign,
    logindOnly: entry?.method === 'logind',
    deadline: spent ? now.mono : now.mono + facts.settings.rebootDeadline,
    askNotBefore: 0,
    outcome: null,
    stuck: null,
  };
}

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
  const memory = { backOff: { failures, until: now.wall + distance }, waiting: null };
  return { backOff: { failures, until: now.mono + distance, why }, remembered: [{ do: 'remember', memory }] };
}

function rebootAsked({ phase }: This, now: Now): boolean {
  return phase.rebootUntil !== undefined && now.mono < phase.rebootUntil;
}

/** A reboot may be under way and nothing of the claim is left: nothing is touched, systemd is asked again. */
function waitForShutdown(state: This, now: Now): Step {
  const { facts, phase } = state;
  const look = facts.shutdown?.look;
  const until = rebootAsked(state, now) ? (phase.rebootUntil ?? null) : null;
  const waits =
    look?.is === 'unknown'
      ? reason('shutdown-unknown', { why: reasonSentence(look.reason) })
      : look?.is !== 'under-way' && until !== null
        ? reason('reboot-asked', { method: facts.settings.rebootMethod, until: wallText(now.wall + until - now.mono) })
        : reason('shutdown-under-way', { what: look?.is === 'under-way' ? look.what : 'a shutdown' });
  const next = (facts.shutdown?.askedAt ?? now.mono) + limits.shutdownLook;
  if (now.mono < next) return stay(state, waits, [], soonest(next, until));
  return stay(state, waits, facts.busy.shutdown ? [] : [{ do: 'look-at-shutdown', lane: 'shutdown' }]);
}

/** What recovery waits for stays said while the Lease is read again. */
function standing(state: This): Reason {
  const waitsFor: readonly ReasonCode[] = ['lease-unreadable', 'other-machine'];
  return waitsFor.includes(state.waits.code) ? state.waits : reason('starting');
}

/** Looks again when the watch of the Lease, which runs while a person is needed, tells of a change; without it after a while. */
function again(state: This, waits: Reason, now: Now): Step {
  const { facts } = state;
  const phase = { ...state.phase, step: 'look' } as const;
  if (facts.lease.watch === 'running') {
    return { phase, effects: [], waits, wakeAt: now.mono + limits.lookAgain, follow: true };
  }
  const notBefore = now.mono + pollDistance(now);
  const lease = { ...staleLease(facts).lease, notBefore };
  return { phase, effects: [], waits, wakeAt: notBefore, facts: { lease }, follow: true };
}

function leaseReason(facts: Facts): Reason {
  return facts.lease.seen.is === 'gone' ? leaseMissing(facts.lease.ref) : reason('starting');
}
