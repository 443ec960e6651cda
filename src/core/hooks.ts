import type { Reason } from './reasons.ts';

/** When hooks run; each has its folder (`before-drain.d`). */
export const hookPhases = ['before-drain', 'before-reboot', 'after-boot'] as const;

export type HookPhase = (typeof hookPhases)[number];

/** One round of the hooks of a phase. */
export interface HookCall {
  readonly phase: HookPhase;
  readonly node: string;
  /**
   * What it is run for: the claim, or the boot. A hook that an earlier process began for the same is waited for and counts;
   * one that was begun for something else is waited for, and run again.
   */
  readonly run: string;
  /** What asks, or asked, for the reboot. */
  readonly reasons: readonly string[];
}

/**
 * - `done`: each hook that counts ended with exit code 0; so it is as well when there is none.
 * - `failed`: one was refused, failed, took too long, or nobody can tell; those behind it were not run.
 * - `stopped`: it was told to stop; nothing of it is under way.
 */
export type HookEnd =
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly reason: Reason }
  | { readonly is: 'stopped' };
