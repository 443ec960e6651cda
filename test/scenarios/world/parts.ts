import type { BootMark } from '../../../src/core/boot-mark.ts';
import type { HookPhase } from '../../../src/core/hooks.ts';
import type { Memory } from '../../../src/core/memory.ts';
import type { Need } from '../../../src/core/need.ts';
import type { Effect, Lane } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { State } from '../../../src/core/phases/state.ts';
import type { Reason } from '../../../src/core/reasons.ts';
import type { Settings } from '../../../src/core/settings.ts';
import type { RebootAnswer } from '../../../src/core/shutdown.ts';
import type { Api } from './api.ts';

export type Laned = Extract<Effect, { readonly lane: Lane }>;
export type Write = Extract<Effect, { readonly do: 'write-lease' | 'patch-node' }>;

/** What the parts of a world know of it. */
export interface Around {
  readonly api: Api;
  readonly machine: Machine;
  readonly process: Process | null;
  readonly settings: Settings;
  tell(event: Event): void;
}

/** An effect under way. `hangs`: the story says what comes of it; `answer`: what did. */
export interface Flight {
  readonly effect: Laned;
  readonly began: number;
  readonly hangs: boolean;
  answer: Event | null;
}

/** One life of the service. */
export interface Process {
  state: State;
  readonly flights: Map<Lane, Flight>;
  wakeAt: number | null;
  drainStopped: boolean;
  /** What the drain that is under way said last; empty: nothing. */
  drainTold: string;
  hooksStopped: boolean;
  readonly watches: { node: Watch; lease: Watch };
}

export interface Watch {
  is: 'off' | 'listing' | 'running' | 'broken';
  /** The resourceVersion that was told last; `gone` when that it is gone. */
  told: string;
}

/** The machine, without the service. */
export interface Machine {
  readonly id: string;
  boot: BootMark & { readonly soft: number };
  /** When this userspace began, by the wall clock. */
  began: number;
  up: boolean;
  /** What logind and systemd do about going down. */
  systemd:
    | { readonly is: 'quiet' | 'silent' }
    | { readonly is: 'going-down'; readonly what: string }
    | { readonly is: 'scheduled'; readonly what: string; readonly at: number };
  /** What the next reboot call comes to; null: it is accepted, and systemd takes the machine down. */
  call: RebootAnswer | null;
  /** The sentinels' needs, by source. */
  readonly needs: Map<string, Need>;
  /** Why the sentinels cannot be read; null: they can. */
  needUnknown: Reason | null;
  /** What is against a reboot, by the command that said so; `passing`: it passes by itself. */
  readonly against: Map<
    string,
    { readonly is: 'refused' | 'unknown'; readonly reason: Reason; readonly passing: boolean }
  >;
  /** Pods that have to go, in order. */
  pods: readonly string[];
  podsAtFirst: number;
  /** By pod, the budget that allows no eviction. */
  readonly budgets: Map<string, string>;
  /** The hooks there are, by phase; each runs until the story says how it ends. */
  readonly hooks: Map<HookPhase, string>;
  memory: Memory;
}
