import type { BootMark } from '../boot-mark.ts';
import type { NeedNote } from '../lease/record.ts';
import type { Reason } from '../reasons.ts';
import type { Facts } from './facts.ts';

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
  /**
   * The number of the fence whose write this drain has begun; null: none. Another that stands in the entry under this process's
   * name is one of before, which a restored etcd has brought back: its reboot was asked for already.
   */
  readonly fence: number | null;
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
  /** As of a drain: the number of the next fence, whose write was begun; null: none was since the last call. */
  readonly fence: number | null;
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

/** Why a person is needed, and since when (monotonic): a later `retry` is about it. */
export interface Stuck {
  readonly reason: Reason;
  readonly at: number;
}

/** After another boot: waits for this boot's kubelet, then for the hooks that have to say yes to it. */
export interface Verifying {
  readonly name: 'verifying';
  /** Null: without a claim, after a release by a person or a restored Lease. */
  readonly claim: string | null;
  /**
   * The boot of the node's own note of the claim, its mark or the fence that is remembered; null: it has none that can be read, and whether
   * the machine was rebooted since the claim is not known, whatever the entry in the Lease says.
   */
  readonly from: BootMark | null;
  /** The mark is gone, and the fence that this machine remembers is the note. */
  readonly remembered: boolean;
  /** What the reboot was for; empty where that is not known. */
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
  /** When (monotonic); a later `retry` runs them at once. */
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
