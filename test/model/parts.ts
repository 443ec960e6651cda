import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Memory } from '../../src/core/memory.ts';
import type { Need } from '../../src/core/need.ts';
import type { NodeSnapshot } from '../../src/core/node-view.ts';
import type { Effect, Lane } from '../../src/core/phases/effect.ts';
import type { Event } from '../../src/core/phases/event.ts';
import type { DecisionSettings } from '../../src/core/phases/facts.ts';
import type { State } from '../../src/core/phases/state.ts';

export type Laned = Extract<Effect, { readonly lane: Lane }>;
export type Write = Extract<Effect, { readonly do: 'write-lease' | 'patch-node' }>;

/** An effect under way; `answer` once it has happened and only its answer is still on the way. */
export interface Flight {
  readonly effect: Laned;
  readonly began: number;
  readonly answer: Event | null;
}

/** One process of ours: the core's own state, and what it has asked for. */
export interface Process {
  readonly by: string;
  readonly state: State;
  readonly flights: readonly Flight[];
  readonly wakeAt: number | null;
  readonly drainStopped: boolean;
  readonly hooksStopped: boolean;
  readonly nodeWatch: 'listing' | 'running' | 'broken';
  readonly leaseWatch: 'off' | 'listing' | 'running' | 'broken';
  /** The resourceVersion each watch has told last. */
  readonly nodeTold: string;
  readonly leaseTold: string;
}

/** What the witness knows of a machine, from what happened to it and by rules of its own. */
export interface Witness {
  /** Whose the cordon is. */
  readonly cordonBy: 'nobody' | 'us' | 'person';
  /** The last answer about permission that this process was given; a hint or a start takes it away. */
  readonly permission: { readonly allowed: boolean; readonly askedAt: number } | null;
  /** The claim in which this process saw the drain end. */
  readonly drained: string | null;
  /** This process saw this boot's kubelet Ready. */
  readonly proven: boolean;
  /** The need of the call that was made in this boot. */
  readonly calledFor: string | null;
  /** The needs that a reboot of ours has met. */
  readonly met: readonly string[];
  /** The machine was rebooted since it marked its Node last. */
  readonly rebooted: boolean;
  /** From the reboot call to what is written once the node is back, or has given up. */
  readonly out: boolean;
  /** The claim was taken away by force, or its entry written by others: what follows from that is theirs. */
  readonly byForce: boolean;
}

/** A machine with its Node, its process and what is wrong with it. Nothing in it depends on another machine. */
export interface Machine {
  readonly name: string;
  readonly boot: string;
  readonly node: NodeSnapshot;
  readonly process: Process | null;
  readonly memory: Memory;
  readonly need: Need | null;
  readonly permission: 'allowed' | 'refused';
  /** Systemd is taking it down. */
  readonly goingDown: boolean;
  /** Writes that lost their answer and may take effect at any time. */
  readonly late: readonly Write[];
  readonly witness: Witness;
}

/** What a run explores. */
export interface Model {
  readonly nodes: number;
  readonly settings: DecisionSettings;
  /** The sentinel is still there after a boot, as a command's is. */
  readonly needSurvives: boolean;
  /** How often each fault may happen in one history; what is left out never does. */
  readonly faults: Partial<Record<Fault, number>>;
  /** Other nodes share the Lease, any number of them, of which nothing is known but that they keep the guarantee. */
  readonly others: boolean;
  /** The ages, in milliseconds, that are told apart, the longest first. */
  readonly ages: readonly number[];
}

/** Gets what can happen next: in words, its fault (null: none), and what comes of it, made only where the model allows it. */
export type Add = (what: string, fault: Fault | null, make: () => Draft) => void;

/** What became of a machine, and of the Lease if something of it took effect; the first law that was broken on the way. */
export interface Draft {
  readonly machine: Machine;
  readonly lease: LeaseObject;
  readonly leaseMoved: boolean;
  readonly breach: string | null;
  readonly model: Model;
}

export type Fault = (typeof faults)[number];

/** Every fault and act of a person there is; each takes one from its budget. */
export const faults = [
  'lost', // a write takes effect, its answer never comes
  'late', // a write gets no answer and takes effect at any later time, or never
  'slow', // eleven seconds pass while something is under way
  'unread', // a read fails
  'watch', // a watch breaks
  'crash', // the service is killed; what it had sent may take effect at any later time
  'power', // the machine is powered off and on
  'permission', // permission turns
  'need', // a new need comes, or the need goes
  'noop', // the reboot call is accepted, or not answered, and nothing happens
  'drain', // the drain fails
  'not-ready', // the kubelet reports its boot before it is Ready
  'pause', // an admin pauses the pool, and resumes it whenever
  'release', // an admin asks the holder to release
  'force', // an admin takes an entry out by force
  'annotate', // an admin asks whoever writes next to do so
  'forge', // another node writes an entry of this one, or another boot into it
  'cordon', // a person cordons
  'uncordon', // a person uncordons
  'stop', // the service is stopped, or restarted
] as const;

/** One thing that can happen to a machine, and what comes of it. */
export interface Outcome {
  readonly what: string;
  readonly fault: Fault | null;
  readonly machine: Machine;
  /** The Lease after it; null: untouched. */
  readonly lease: LeaseObject | null;
  /** The law that it broke. */
  readonly breach: string | null;
}
