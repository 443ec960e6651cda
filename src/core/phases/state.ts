import type { Answer } from '../answer.ts';
import type { BootMark } from '../boot-mark.ts';
import type { HookEnd, HookPhase } from '../hooks.ts';
import type { Reading } from '../lease/format.ts';
import type { HolderWatch } from '../lease/holder-watch.ts';
import type { LeaseObject, LeaseRef } from '../lease/object.ts';
import type { TurnWatch } from '../lease/queue.ts';
import type { Me, NeedNote, RebootMethod } from '../lease/record.ts';
import type { Need } from '../need.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Permission } from '../permission.ts';
import type { Reason } from '../reasons.ts';
import type { NodeSettings } from '../settings.ts';
import type { ShutdownLook, StopMeaning } from '../shutdown.ts';
import type { Lane } from './effect.ts';

/** Where we are (phase), since when, why we wait there, and everything that was seen (facts). */
export interface State {
  readonly phase: Phase;
  /** When the phase began. */
  readonly since: { readonly mono: number; readonly wall: number };
  /** Why nothing goes on right now; every phase has one. */
  readonly waits: Reason;
  readonly facts: Facts;
}

export type Phase =
  | Recovering
  | Idle
  | Waiting
  | Queued
  | Draining
  | Rebooting
  | Verifying
  | Restoring
  | BackingOut
  | Stopped;

export type PhaseName = Phase['name'];

/** Finds out, from the Lease, the Node, the boot and systemd, what an earlier life of this service left. */
export interface Recovering {
  readonly name: 'recovering';
  readonly cause: RecoveryCause;
  /**
   * - `look`: Node and Lease are read, and a holder's entry is signed by this process.
   * - `decide`: the entry is signed; the Node is read once more and the table of recovery decides.
   */
  readonly step: 'look' | 'decide';
  /** Up to this moment (monotonic) a reboot that this process has asked for may still come; absent: it asked for none. */
  readonly rebootUntil?: number;
}

export type RecoveryCause =
  | 'start'
  | 'claim-lost'
  | 'own-entry-found'
  | 'mark-found'
  | 'node-replaced'
  | 'lease-unreadable'
  | 'second-look';

/** Needs nothing, or only a need that a reboot has met already. */
export interface Idle {
  readonly name: 'idle';
}

/** Needs a reboot and is neither holder nor in the queue: permission, back-off, a full queue, a missing Lease. */
export interface Waiting {
  readonly name: 'waiting';
  /** Not before this moment (monotonic) is the Lease asked again; 0: at once. */
  readonly notBefore: number;
  /** The queue was full: a poll is due at `notBefore`, or was asked for; `no`: the queue is not known to be full. */
  readonly poll: 'no' | 'due' | 'asked';
  /** The polls are those of a node that only observes. */
  readonly observes?: true;
}

export interface Queued {
  readonly name: 'queued';
  /** Why the place is being given up; null while it is kept. */
  readonly leaving: Reason | null;
}

/** Holds the Lease; runs hooks, cordons, evicts and waits until all pods are gone, then asks once more and writes the fence. */
export interface Draining {
  readonly name: 'draining';
  readonly claim: string;
  readonly step:
    | 'permit'
    | 'before-drain'
    | 'cordon'
    | 'drain-delay'
    | 'evict'
    | 'before-reboot'
    | 'reboot-delay'
    | 'announce'
    | 'ask'
    | 'fence';
  /** When the drain began (monotonic); its timeout runs from here, and stands still while hooks run and in delays. */
  readonly began: number;
  /** Since when (monotonic) hooks run; null: none do. */
  readonly hooksSince: number | null;
  /** Milliseconds of this drain that its timeout does not count: earlier hooks, and delays from their beginning. */
  readonly uncounted: number;
  /** When (monotonic) the hooks before the drain had succeeded, if they took so long that permission is asked again; else null. */
  readonly hookedAt: number | null;
  /** When (monotonic) the delay ends in whose step the drain is; null: it has not begun, or there is none. */
  readonly delayUntil: number | null;
  readonly renewAt: number;
  /** The fence is not written before this moment (monotonic): distance after a refused reboot. */
  readonly fenceNotBefore: number;
  /** Since when (monotonic) nothing but a passing refusal is waited for; null: it is not. */
  readonly heldUpSince: number | null;
  /** Why the last reboot call of this claim came to nothing; shown while it is tried again. */
  readonly lastRefusal: Reason | null;
  /** The drain's time is over and the settings say to reboot with what is left, which this names; null: it is not so. */
  readonly givenUp: Reason | null;
}

/** The fence is written. */
export interface Rebooting {
  readonly name: 'rebooting';
  readonly claim: string;
  /**
   * - `call`: this process wrote the fence and has not made the call.
   * - `asked`: the call was made, by this process or an earlier one; the machine may go down at any moment.
   * - `take-back`: it is certain that no reboot will come; the fence is taken back.
   * - `ask`, `fence`: not certain, nothing happened by the deadline; asks permission and fences again.
   */
  readonly step: 'call' | 'asked' | 'take-back' | 'ask' | 'fence';
  /** The number of the fence that is written (the entry's `attempt`). */
  readonly attempt: number;
  /** A reboot may have been asked for in this boot: backing out is closed. */
  readonly committed: boolean;
  /** A reboot was asked for before the last call, and what came of it is not certain. */
  readonly earlier: boolean;
  /** Every call of this claim in this boot went to logind, which can be asked afterwards; a command and a signal never can. */
  readonly logindOnly: boolean;
  /** The moment (monotonic) up to which the machine may still be up without that being an outcome. */
  readonly deadline: number;
  /** Permission for another fence is not asked before this moment (monotonic). */
  readonly askNotBefore: number;
  /** What came of the last call. */
  readonly outcome: Reason | null;
  readonly stuck: Stuck | null;
}

/** Why a person is needed, and since when (wall clock): a later `retry` is about it. */
export interface Stuck {
  readonly reason: Reason;
  readonly at: number;
}

/** After another boot: waits for this boot's kubelet, then for the hooks that have to say yes to it. */
export interface Verifying {
  readonly name: 'verifying';
  /** Null: without a claim, after a release by a person or a restored Lease. */
  readonly claim: string | null;
  /** The boot in which the claim or the mark was made. */
  readonly from: BootMark;
  readonly need: NeedNote;
  readonly deadline: number;
  /** The last hooks of this boot that failed; null: none did. */
  readonly failed: HooksFailed | null;
  readonly stuck: Stuck | null;
}

/** Hooks that failed are run again, with growing distance. */
export interface HooksFailed {
  readonly reason: Reason;
  /** How often in a row. */
  readonly times: number;
  /** When (wall clock); a later `retry` runs them at once. */
  readonly at: number;
  /** Not before this moment (monotonic) are they run again. */
  readonly notBefore: number;
}

/** The reboot is proven, or there is only a mark to take off: restore PATCH, then release. */
export interface Restoring {
  readonly name: 'restoring';
  readonly claim: string | null;
  /** The annotation `kured-host/handled` to write; null: no reboot was proven. */
  readonly handled: string | null;
  /** A reboot was proven. */
  readonly rebooted: boolean;
  /** The random value of the restore PATCH that was sent; null: none was. */
  readonly nonce: string | null;
  /** The restore PATCH was seen on the Node, or the Node is gone. */
  readonly restored: boolean;
  /** When (monotonic) the release delay ends; null: it was not looked up in the own entry yet, or there is none. */
  readonly releaseAt: number | null;
}

/** Before any reboot was asked: says so in the Lease, undoes our cordon, releases. */
export interface BackingOut {
  readonly name: 'backing-out';
  readonly claim: string;
  readonly cause: Reason;
  readonly step: 'declare' | 'restore' | 'release';
  /** The random value of the restore PATCH that was sent; null: none was. */
  readonly nonce: string | null;
}

/** The service ends; nothing more is done. */
export interface Stopped {
  readonly name: 'stopped';
}

export interface Facts {
  readonly me: Me;
  readonly settings: DecisionSettings;
  readonly lease: LeaseFacts;
  readonly node: NodeFacts;
  /** Null before the first look. */
  readonly need: Answer<Need> | null;
  /** The last answer and when it was asked for (monotonic); null when none is worth anything. */
  readonly permission: { readonly answer: Permission; readonly askedAt: number } | null;
  /** When a source of permission last hinted that it may answer otherwise (monotonic). */
  readonly hintAt: number;
  readonly shutdown: { readonly look: ShutdownLook; readonly askedAt: number } | null;
  readonly backOff: { readonly failures: number; readonly until: number; readonly why: Reason } | null;
  /** Since when we watch that the head of the queue could claim and does not. */
  readonly turn: TurnWatch | null;
  readonly drain: DrainFacts;
  readonly hooks: HookFacts;
  /** What came of the reboot call that was made last; null while none was answered. */
  readonly reboot: { readonly reason: Reason | null; readonly refused: boolean } | null;
  /** The last words before the reboot were told, or could not be in time. */
  readonly announced: boolean;
  readonly stop: StopMeaning | null;
  readonly standing: StandingFacts;
  /** The entries of other holders, as long as they were watched unchanged. */
  readonly holders: readonly HolderWatch[];
  /** A lost holder's entry that this process takes out of the Lease, until what became of that is told. */
  readonly takingOver: TakingOver | null;
  /** A person's `retry`, until a reboot is proven: needs that were handled and reboots before this wall clock moment do not hold back. 0: none. */
  readonly retried: number;
  /** When a node that holds nothing looks at the Lease again (monotonic). */
  readonly nextLook: number;
  /** That look is being taken. */
  readonly looking: boolean;
  /** Lanes with an effect under way. */
  readonly busy: Readonly<Record<Lane, boolean>>;
}

export interface TakingOver {
  readonly lease: LeaseRef;
  readonly node: string;
  readonly claim: string;
  readonly why: string;
  /** No answer came, so that another node may have done it. */
  readonly unsure: boolean;
}

export interface DecisionSettings {
  /** Nothing is claimed; what an earlier mode began is given back, or brought to its end. */
  readonly observe: boolean;
  readonly lease: LeaseRef;
  readonly concurrency: number;
  readonly priority: number;
  /** How long another holder's entry has to be unchanged to be taken out by that alone, milliseconds; null: it never is. */
  readonly takeOverAfter: number | null;
  readonly drainTimeout: number | null;
  /** What becomes of a drain that does not end in that time. */
  readonly onDrainTimeout: 'back-out' | 'reboot';
  /** How long after the cordon the first eviction is asked for; 0: at once. */
  readonly evictionDelay: number;
  /** How long after the last pod and the hooks the reboot is asked for; 0: at once. */
  readonly rebootDelay: number;
  /** How long the Lease is kept after a proven reboot; 0: it is released at once. */
  readonly releaseDelay: number;
  readonly rebootMethod: RebootMethod;
  readonly rebootDeadline: number;
  readonly attempts: number;
  readonly maxRebootsPerDay: number;
  readonly verificationTimeout: number;
  readonly node: NodeSettings;
}

/** An object as last seen. `current`: good as the base of a write; an older one is only for people. */
export interface LeaseFacts {
  readonly ref: LeaseRef;
  readonly seen: LeaseSeen;
  readonly current: boolean;
  /** The resourceVersion on which a write without an answer was based: it may land until that moves. */
  readonly doubt: string | null;
  /** The Lease was read after the doubt arose and had not moved. */
  readonly unmoved: boolean;
  readonly watch: 'off' | 'starting' | 'running' | 'broken';
  /** No request before this moment (monotonic). */
  readonly notBefore: number;
  readonly failures: number;
  readonly conflicts: number;
  readonly problem: Reason | null;
  /** The newest state ever seen. */
  readonly newest: { readonly uid: string; readonly transitions: number } | null;
  /** Nothing is claimed before this moment (monotonic); 0: no such bound. */
  readonly wentBackUntil: number;
}

export type LeaseSeen =
  | { readonly is: 'nothing' }
  | { readonly is: 'gone' }
  | { readonly is: 'lease'; readonly object: LeaseObject; readonly reading: Reading };

export interface NodeFacts {
  readonly seen: NodeSeen;
  readonly current: boolean;
  readonly doubt: string | null;
  readonly unmoved: boolean;
  readonly watch: 'starting' | 'running' | 'broken';
  readonly notBefore: number;
  readonly failures: number;
  readonly problem: Reason | null;
}

export type NodeSeen =
  | { readonly is: 'nothing' }
  | { readonly is: 'gone' }
  | { readonly is: 'node'; readonly node: NodeSnapshot };

/** What is known of the writing of what stands on the Node while it waits for a reboot. */
export interface StandingFacts {
  /** A PATCH of it is under way. */
  readonly underWay: boolean;
  /** It is not tried again before this moment (monotonic). */
  readonly notBefore: number;
  /** Why the last one was refused; null: it was not. */
  readonly problem: Reason | null;
}

export interface DrainFacts {
  /** What is left to wait for, in words; empty before it is known. */
  readonly progress: Reason | null;
  readonly ended: DrainEnd | GivenUp | null;
}

export interface HookFacts {
  /** Which hook runs, in words; null before it is known. */
  readonly progress: Reason | null;
  /** What came of the last round, and of which phase's hooks it was. */
  readonly ended: { readonly phase: HookPhase; readonly end: HookEnd } | null;
}

/** Pods are left, and it goes on without them: only where the settings say so, after the drain's time. */
export interface GivenUp {
  readonly is: 'given-up';
}

/** - `done`: every pod that had to go is gone. - `failed`: it cannot go on. - `stopped`: it was told to stop; nothing of it is under way. */
export type DrainEnd =
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly reason: Reason }
  | { readonly is: 'stopped' };
