/**
 * Something that happened, as a witness outside the daemon sees it: what the API server committed, what machines did, what is true
 * of them, what persons did. A history is a list of these in the order in which they happened, and `at` never goes back in it.
 *
 * Not every history tells everything: an audit log knows the writes only, and laws that need more are judged where more is told.
 */
export type Seen =
  | Wrote
  | Restored
  | Service
  | Asked
  | Down
  | Up
  | PermissionTurned
  | NeedTurned
  | PersonActed
  | Healed;

interface Moment {
  /** Milliseconds, by one clock for the whole history; undefined in a history without times. */
  readonly at?: number | undefined;
}

/** A write that took effect. Writes come in the order of their resourceVersions. */
export interface Wrote extends Moment {
  readonly is: 'wrote';
  /** The pool's Lease, a Node (its status too), or a pod that is or was on one of the nodes. */
  readonly what: 'lease' | 'node' | 'pod';
  /** Its name; of a pod "namespace/name". */
  readonly name: string;
  /** Who asked: the API server's name for the user ("system:node:a"), and the user it acted as. */
  readonly by: string;
  readonly as?: string | undefined;
  /** When it was sent, where that is known: one from before a restore may find the very version again that it was guarded by. */
  readonly sentAt?: number | undefined;
  /** The whole object after it, as the API server has it; null: it was deleted, and is gone. */
  readonly object: unknown;
}

/**
 * Etcd was set back to an older state. What is in it now is told: every Lease, Node and pod that the history knows of; one that is
 * not named is gone.
 */
export interface Restored extends Moment {
  readonly is: 'restored';
  readonly objects: readonly Pick<Wrote, 'what' | 'name' | 'object'>[];
}

/** The service of a machine was started, or has ended: told by whoever runs it, however it ended. */
export interface Service extends Moment {
  readonly is: 'service';
  readonly node: string;
  /** The process, by the name that it writes as `by` into its holder entry; null: none runs. */
  readonly process: string | null;
}

/**
 * A call to reboot left the process, for the machine's logind or what else reboots it; `at` is that moment, however long logind takes.
 * It will be carried out unless `refused`.
 */
export interface Asked extends Moment {
  readonly is: 'asked';
  readonly node: string;
  readonly boot: string;
  /** As in `Service`. */
  readonly process: string;
  /** Nothing comes of it: it was refused in so many words, or lost. */
  readonly refused?: boolean;
}

/** The machine went down: by a call of ours to reboot, or otherwise (power, a person's reboot). */
export interface Down extends Moment {
  readonly is: 'down';
  readonly node: string;
  readonly why: 'reboot' | 'power';
}

/** The machine is up again: its kernel runs, under this boot ID. Told of the first boot as well. */
export interface Up extends Moment {
  readonly is: 'up';
  readonly node: string;
  readonly boot: string;
}

/**
 * Whether a machine may be rebooted, in truth: what its windows, blockers and inhibitors would answer at that moment. Told at the
 * start and at each turn. The pool's pause and the Node's own annotations are not in it: they are seen where they are written.
 */
export interface PermissionTurned extends Moment {
  readonly is: 'permission';
  readonly node: string;
  /** `unknown`: something that has to be asked cannot be. */
  readonly answer: 'allowed' | 'refused' | 'unknown';
}

/** What a machine needs a reboot for, in truth: the fingerprint of the need, as entries and marks name it; null: nothing. */
export interface NeedTurned extends Moment {
  readonly is: 'need';
  readonly node: string;
  readonly fingerprint: string | null;
}

/**
 * A person did something through a node's own credentials (the `kured-host` command on it), told before the writes that it makes.
 * What a person writes as anybody else needs no telling: such a user is no node, and whatever it writes is a person's act.
 */
export interface PersonActed extends Moment {
  readonly is: 'person';
  /** The node whose credentials were used. */
  readonly through: string;
  readonly act: Act;
  /** The node that is meant; absent: the same, or the whole pool. */
  readonly of?: string;
}

/** What a person may do; `retry` lets a node reboot once more for a need that was met, or leave what it is stuck in. */
export type Act = 'cordon' | 'uncordon' | 'drain' | 'pause' | 'resume' | 'release' | 'force-release' | 'retry' | 'edit';

/** From here on no fault strikes: whatever is down comes up, whatever was cut off is reached again, requests are answered. */
export interface Healed extends Moment {
  readonly is: 'healed';
}
