import type { Answer } from '../answer.ts';
import type { HookEnd, HookPhase } from '../hooks.ts';
import type { Reading } from '../lease/format.ts';
import type { HolderWatch } from '../lease/holder-watch.ts';
import type { LeaseObject, LeaseRef } from '../lease/object.ts';
import type { TurnWatch } from '../lease/queue.ts';
import type { Me, RebootMethod } from '../lease/record.ts';
import type { ClaimNote } from '../mark-text.ts';
import type { Need } from '../need.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import type { Permission } from '../permission.ts';
import type { Reason } from '../reasons.ts';
import type { NodeSettings } from '../settings.ts';
import type { ShutdownLook, StopMeaning } from '../shutdown.ts';
import type { Lane } from './effect.ts';

/** Everything that was seen and is remembered, kept by `observe`; the phases decide by nothing else. */
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
  /** The last fence of this machine, over restarts; null: none, or its claim was given back. */
  readonly fenced: ClaimNote | null;
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
  /** When a person asked to `retry`, until a reboot is proven: needs that were handled, and reboots before it, do not hold back. Null: nobody did. */
  readonly retried: Pick<Now, 'mono' | 'wall'> | null;
  /** When a node that holds nothing looks at the Lease again (monotonic). */
  readonly nextLook: number;
  /** Nobody has looked since requests of an earlier process may have landed in the Lease; an earlier one had none in a Lease that the Node does not name. */
  readonly earlier: boolean;
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
  /** A list showed an older state than what is seen: it was read before that, or the past was restored. What is read next tells. */
  readonly contradicted: boolean;
  /** When (monotonic) the last request about it was begun. */
  readonly askedAt: number;
  /** The watch has told of it while that request is under way: only then may the answer be older than what is seen. */
  readonly toldSince: boolean;
  /** When (monotonic) that request was begun whose answer told of it last: a watch may be silent. Null: none has told of it. */
  readonly knownAt: number | null;
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
  /** As of the Lease. */
  readonly contradicted: boolean;
  /** What is seen is older than what was seen before it: the API server's past was restored. */
  readonly wentBack: boolean;
  /** When (monotonic) the last request about it was begun. */
  readonly askedAt: number;
  /** The watch has told of it while that request is under way: only then may the answer be older than what is seen. */
  readonly toldSince: boolean;
  /** When (monotonic) that request was begun whose answer told of it last: a watch may be silent. Null: none has told of it. */
  readonly knownAt: number | null;
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
