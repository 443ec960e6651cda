import type { BootMark } from '../../../src/core/boot-mark.ts';
import type { Need } from '../../../src/core/need.ts';
import type { Now } from '../../../src/core/now.ts';
import type { Permission } from '../../../src/core/permission.ts';
import type { Effect, Lane } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { DecisionSettings } from '../../../src/core/phases/facts.ts';
import type { State } from '../../../src/core/phases/state.ts';
import type { Transition } from '../../../src/core/phases/transition.ts';
import type { Server } from './server.ts';

export type Laned = Extract<Effect, { readonly lane: Lane }>;

/** An effect under way; `answer` once the world has made up its mind, until it is delivered. */
export interface Flight {
  readonly effect: Laned;
  readonly began: number;
  answer: Event | null;
}

export interface Process {
  state: State;
  readonly by: string;
  readonly flights: Map<Lane, Flight>;
  wakeAt: number | null;
  drainStopped: boolean;
  hooksStopped: boolean;
  nodeWatch: 'listing' | 'running' | 'broken';
  nodeTold: string;
  leaseWatch: 'off' | 'listing' | 'running' | 'broken';
  leaseTold: string;
}

/** What the world shows to whoever judges it; each call comes before the change it tells of takes effect. */
export interface Judge {
  decided(world: Around, before: State, event: Event, after: Transition, now: Now): void;
  /** A write of ours reaches the API server, at once or late, and will take effect. */
  landing(world: Around, effect: Laned): void;
  told(world: Around, event: Event): void;
  started(world: Around): void;
  wentDown(world: Around, why: 'reboot' | 'power' | 'soft-reboot by somebody'): void;
}

export interface Model {
  readonly settings: DecisionSettings;
  /** The sentinel is gone after a boot (tmpfs), or it stays, as a command's or a request's does. */
  readonly needStays: boolean;
}

/** `passing`: refused by what passes by itself. */
export type PermissionGiven = Permission['is'] | 'passing';

/** What the parts of the model world know of it. */
export interface Around {
  readonly server: Server;
  readonly model: Model;
  readonly judge: Judge;
  readonly process: Process | null;
  /** Writes that lost their answer and may take effect at any time. */
  readonly late: Laned[];
  readonly boot: BootMark;
  /** When this userspace began, by the wall clock. */
  readonly began: number;
  /** The monotonic clock of the machine. */
  readonly mono: number;
  readonly permission: PermissionGiven;
  readonly need: Need | 'unknown' | null;
  /** The process was told to observe only. */
  readonly observes: boolean;
  /** Systemd is taking the machine down. */
  goingDown: boolean;
  /** A command was started that may take the machine down at any time. */
  mayGoDown: boolean;
  tell(event: Event): void;
}

/** The reboots that are asked for are soft ones. */
export function softly({ model }: Pick<Around, 'model'>): boolean {
  return model.settings.rebootMethod === 'soft-reboot';
}

/** A reboot lies between that boot and this one, as far as the world's method goes. */
export function isThrough(world: Around, from: BootMark): boolean {
  const { id, soft } = world.boot;
  return from.id !== id || (softly(world) && (from.soft ?? 0) < (soft ?? 0));
}
