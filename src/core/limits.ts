import { fraction, type Now } from './now.ts';

/** Every fixed bound of the decisions, in milliseconds unless it says otherwise. */
export const limits = {
  /** Permission older than this is asked for again before the reboot is. */
  permissionAge: 10_000,
  /** How often a holder that drains says that it is still there. */
  renewEvery: 60_000,
  /** How often what nothing announces is looked at again: permission while waiting, systemd while it goes down. */
  lookAgain: 60_000,
  /** How often systemd is asked whether a shutdown that was under way still is. */
  shutdownLook: 5_000,
  /** The second look after a start: later than any request of a killed process can land. */
  secondLook: 90_000,
  /** The slow look at the Lease of a node that needs nothing. */
  slowLook: 3_600_000,
  /** Jitter of both. */
  lookJitter: 60_000,
  /** How long nothing is claimed in a Lease that went back. */
  wentBack: 900_000,
  /** Service starts within one claim before a drain is given up. */
  mostStarts: 5,
  /** How long a drain that has come to the cordon, or to the fence, waits for a refusal that passes by itself. */
  patience: 300_000,
  /** How long the rest may take at least of a drain that was given up with pods left: evictions under way, last words, fence. */
  afterGivenUp: 600_000,
  /** A need with the reasons of the last one within this time after the boot that was to meet it is the same need. */
  sameReasons: 3_600_000,
  day: 86_400_000,
} as const;

/** How long to wait after the `failures`-th failed request in a row: 0.5 s doubling to 30 s, half of it by chance. */
export function requestDistance(failures: number, now: Now): number {
  return spread(Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 10)), now);
}

/** How long to wait after the `conflicts`-th lost race in a row: 50 ms doubling to 10 s, half of it by chance. */
export function conflictDistance(conflicts: number, now: Now): number {
  return spread(Math.min(10_000, 50 * 2 ** Math.min(conflicts - 1, 10)), now);
}

/** How long to wait after the `failures`-th back-out in a row: 1 min doubling to 1 h, half of it by chance. */
export function backOffDistance(failures: number, now: Now): number {
  return spread(Math.min(3_600_000, 60_000 * 2 ** Math.min(failures - 1, 10)), now);
}

/** How long to wait after the `attempt`-th refused or silent reboot: 10 s doubling to 5 min, half of it by chance. */
export function rebootDistance(attempt: number, now: Now): number {
  return spread(Math.min(300_000, 10_000 * 2 ** Math.min(attempt - 1, 10)), now);
}

/** How long to wait after the `times`-th failure in a row of the hooks after a boot: 10 s doubling to 5 min, half of it by chance. */
export function hooksDistance(times: number, now: Now): number {
  return spread(Math.min(300_000, 10_000 * 2 ** Math.min(times - 1, 10)), now);
}

/** A poll of 60 s ± 50 %, so that thousands of nodes do not ask at once. */
export function pollDistance(now: Now): number {
  return 30_000 + fraction(now, 3) * 60_000;
}

export function jitter(now: Now): number {
  return fraction(now, 3) * limits.lookJitter;
}

function spread(distance: number, now: Now): number {
  return distance / 2 + (fraction(now, 2) * distance) / 2;
}
