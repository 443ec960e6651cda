import type { LeaseObject } from './object.ts';

/** What is remembered of a Lease to notice that it went back. */
export interface LeaseSeen {
  readonly uid: string;
  readonly transitions: number;
}

/**
 * Whether the Lease shows an older or a new state: another uid (deleted and made anew), or fewer leaseTransitions than were
 * seen (restored from a backup). False when nothing was seen before.
 */
export function wentBack(seen: LeaseSeen | null, object: LeaseObject): boolean {
  if (seen === null) return false;
  const now = leaseSeen(object);
  return now.uid !== seen.uid || now.transitions < seen.transitions;
}

/** What to remember of this object. After a Lease went back, the new state is what is compared with. */
export function leaseSeen(object: LeaseObject): LeaseSeen {
  const transitions = object.spec?.leaseTransitions;
  return { uid: object.metadata.uid, transitions: Number.isSafeInteger(transitions) ? (transitions ?? 0) : 0 };
}
