import type { BootMark } from '../boot-mark.ts';

/** The newest format this version reads and writes (annotation `kured-host/format`, absent means 1). */
export const newestFormat = 1;
/** No limit is ever higher, whatever settings or annotations say; nor does the queue hold more entries. */
export const mostHolders = 32;
export const mostQueued = 32;

/** The pool's state as one Lease holds it. Everything here was read from, or goes into, one object in one write. */
export interface LeaseRecord {
  readonly format: number;
  /** In order of claim. */
  readonly holders: readonly Slot<Holder>[];
  /** In order of turn. */
  readonly queue: readonly Slot<QueueEntry>[];
  /** Annotation `kured-host/concurrency`: an admin's limit, which wins over every other. */
  readonly concurrency: number | null;
  /** Annotation `kured-host/paused`: the reason (may be empty text); null when not paused. */
  readonly paused: string | null;
  /** Annotation `kured-host/release`: the node whose holder is asked to back out. */
  readonly release: string | null;
  /** Annotation `kured-host/force-release`: the node whose entry the next writer removes. */
  readonly forceRelease: string | null;
  /** spec.leaseTransitions; 0 when absent. */
  readonly transitions: number;
}

/**
 * One place of a list. An element that cannot be read still counts as one holder or one queue place and is written back
 * byte for byte; `text` is the element's JSON exactly as it stood. A slot made by us has no `text` yet.
 */
export type Slot<T> =
  | { readonly readable: true; readonly entry: T; readonly text?: string }
  | { readonly readable: false; readonly text: string };

export type HolderPhase = 'draining' | 'backing-out' | 'rebooting' | 'verifying';

/** How the machine is asked to reboot; what each means for what can be known afterwards: core/reboot-method.ts. */
export type RebootMethod = 'logind' | 'soft-reboot' | 'kexec' | 'command' | 'signal';

export interface Holder {
  readonly node: string;
  /** UID of the Node object at the claim or the last start within it; empty when it was not known. */
  readonly uid: string;
  /** Hash of the machine ID. */
  readonly machine: string;
  /** Random, new for each claim; with `node` it names the claim everywhere. */
  readonly claim: string;
  /** The boot in which the claim was made; never rewritten. */
  readonly boot: BootMark;
  readonly phase: HolderPhase;
  /** Who wrote the entry last: random per process, and anew where a process goes on under other credentials. */
  readonly by: string;
  /** Fences written within this claim. */
  readonly attempt: number;
  /** Service starts within this claim after the one that claimed. */
  readonly starts: number;
  readonly need: NeedNote;
  /** This node's own limit when it claimed; an admin's annotation is not in it. */
  readonly limit: number;
  /** The newest format its writer reads. */
  readonly reads: number;
  /** How the reboot of the last fence was to be asked for; absent before the first fence. */
  readonly method?: RebootMethod;
  /** Why a person is needed; absent when none is. */
  readonly stuck?: string;
  /** When the release delay ends, RFC 3339, by that node's own clock. */
  readonly releaseAfter?: string;
  /** That node's wall clock when the phase began, RFC 3339; for people, never computed with by another machine. */
  readonly since: string;
  /** That node's wall clock at the last write of the entry, RFC 3339; for people. */
  readonly changed: string;
  /** Fields a newer version wrote; kept as they are. */
  readonly others?: Readonly<Record<string, unknown>>;
}

/** What asked for the reboot: the fingerprint names the need, the reasons are for people. */
export interface NeedNote {
  readonly fingerprint: string;
  readonly reasons: readonly string[];
  /** Fields a newer version wrote; kept as they are. */
  readonly others?: Readonly<Record<string, unknown>>;
}

export interface QueueEntry {
  readonly node: string;
  readonly uid: string;
  /** Random per joining. */
  readonly id: string;
  readonly limit: number;
  /** Higher goes first; 0 unless an admin decides otherwise. */
  readonly priority: number;
  /** That node's wall clock at joining, RFC 3339; for people. */
  readonly since: string;
  readonly reads: number;
  readonly others?: Readonly<Record<string, unknown>>;
}

/** Who acts on the record: this node, this machine, this boot, this process. */
export interface Me {
  readonly node: string;
  /** UID of the own Node object; empty while it is not known. */
  readonly uid: string;
  readonly machine: string;
  readonly boot: BootMark;
  /** When this userspace began, milliseconds since 1970 by the wall clock of then; absent: not known. A soft reboot is proven by it. */
  readonly began?: number;
  readonly by: string;
}

/** What an admin decided that the record's rules need. */
export interface PoolSettings {
  /** This node's own limit, 1 to 32. */
  readonly concurrency: number;
  readonly priority: number;
}

/** What a rule of the record answers: the record after it, or why not, as a closed word. */
export type Ruling<Word extends string> =
  | { readonly granted: true; readonly record: LeaseRecord }
  | { readonly granted: false; readonly because: Word };
