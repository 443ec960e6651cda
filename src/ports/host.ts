import type { Answer } from '../core/answer.ts';
import type { BootMark } from '../core/boot-mark.ts';
import type { Memory } from '../core/memory.ts';
import type { Reason } from '../core/reasons.ts';
import type { RebootAnswer, ShutdownLook, StopMeaning } from '../core/shutdown.ts';

/** What the core asks of the machine it runs on. */
export interface Host {
  /** This boot, and when its userspace began (null: not known). Unknown: it could not be read; nothing is decided without it. */
  bootMark(signal: AbortSignal): Promise<Answer<{ readonly mark: BootMark; readonly began: number | null }>>;
  /** A hash of the machine ID that tells machines apart and nothing else (machine-id(5): never publish the ID itself). */
  machine(): Promise<Answer<string>>;
  /** What systemd is doing now about going down. */
  lookAtShutdown(signal: AbortSignal): Promise<ShutdownLook>;
  /** Asks for the reboot, once, by the configured method. */
  reboot(order: RebootOrder, signal: AbortSignal): Promise<RebootAnswer>;
  /** What the SIGTERM that arrived means for this service. */
  stopMeaning(signal: AbortSignal): Promise<StopMeaning>;
  readonly memory: MemoryStore;
}

export interface RebootOrder {
  /** Told to whoever is logged in, where the method can. */
  readonly why: string;
  /** The moment (monotonic) after which permission is too old: what was not asked for by then is `refused`. */
  readonly before: number;
}

/**
 * The round of the sentinel's command, kept over restarts: each "no" after a "yes" begins a new one, and the same output in
 * another round is another need. Rounds only grow. One that is lost makes a need look like the one that was met, never
 * like a new one, so nothing but time is lost with it.
 */
/** Counts that are kept over restarts, by name; losing them only makes a graph begin anew. */
export interface CountMemory {
  /** Empty when there are none yet or they cannot be read. Never throws. */
  read(): Promise<Readonly<Record<string, number>>>;
  /** Null: kept; else why not. */
  keep(counts: Readonly<Record<string, number>>): Promise<Reason | null>;
}

export interface RoundMemory {
  /** Null: none was kept, or it cannot be read. */
  read(): Promise<number | null>;
  /** True once it is on the disk. */
  keep(round: number): Promise<boolean>;
}

/** A part of the memory whose shape only its owner knows: plain data. */
export interface KeptPart {
  /** Null: nothing was kept, or it cannot be read. Not checked yet. */
  read(): Promise<unknown>;
  /** Written and synced when it answers null; otherwise why not. */
  keep(part: object): Promise<Reason | null>;
}

/** What may be lost, with the cost that `Memory` names: /var/lib/kured-host/memory.json. No law rests on it. */
export interface MemoryStore {
  read(): Promise<Answer<Memory>>;
  /** Written and synced when it answers null; otherwise why not. */
  write(memory: Memory): Promise<Reason | null>;
}
