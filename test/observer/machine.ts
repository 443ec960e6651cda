import type { PermissionTurned } from './seen.ts';

/** What is known of a machine. */
export interface Machine {
  /** Its boot; null: not told. */
  boot: string | null;
  /** All its boots that were told or proven, oldest first. */
  readonly boots: string[];
  up: boolean;
  /** Its service's process; null: none runs; undefined: not told. */
  process: string | null | undefined;
  /** The number of the event with which it began. */
  processSince: number;
  permission: { readonly answer: PermissionTurned['answer']; readonly since: number } | null;
  need: { readonly fingerprint: string | null; readonly since: number } | null;
  /** Boots in which its kubelet was seen to report Ready under that boot's ID. */
  readonly proven: Set<string>;
  /** The last call to reboot of this boot of which something may come. */
  asked: Ask | null;
  /** It is down because of that call. */
  awayFor: Ask | null;
  /** The number of the last event before which, or since which, no pod was there that had to go. */
  emptyAt: number;
}

/** A call to reboot, and the fence before it; null: there was none that allowed it. */
export interface Ask {
  readonly boot: string;
  readonly claim: string | null;
  readonly need: string | null;
}

/** A fence that was written: what a process has to have done before it may ask for the reboot. */
export interface Fence {
  readonly node: string;
  readonly claim: string;
  readonly by: string;
  readonly boot: string;
  readonly attempt: number;
  readonly need: string;
  /** The number of the event that was the fence. */
  readonly since: number;
  /** A call was made for it. */
  used: boolean;
}

/** Whether a boot after that one was proven; with `by`, whether that very one was, and came after it. */
export function provenAfter({ boots, proven }: Machine, boot: string, by: string | null = null): boolean {
  const later = boots.slice(boots.lastIndexOf(boot) + 1);
  return by === null ? later.some((one) => proven.has(one)) : later.includes(by) && proven.has(by);
}

export function newMachine(): Machine {
  return {
    boot: null,
    boots: [],
    up: true,
    process: undefined,
    processSince: 0,
    permission: null,
    need: null,
    proven: new Set(),
    asked: null,
    awayFor: null,
    emptyAt: 0,
  };
}
