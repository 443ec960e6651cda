import type { Plan } from './plan.ts';

/** A run that once broke a law, shrunk, and what it found. */
export interface Found {
  /** What was wrong, in one line. */
  readonly what: string;
  readonly plan: Plan;
}

/**
 * Runs that found something, and must hold now. A strike is named after its place in the history, and the history is another one
 * after each change of the rig or of the code: a plan is kept for its shape (few nodes, these faults), and each defect has a test
 * of its own in the ring where it belongs.
 */
export const found: readonly Found[] = [];
