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
export const found: readonly Found[] = [
  {
    what: 'a reboot whose call got no answer was asked for again after a person had uncordoned the node: over new pods',
    plan: {
      seed: 1,
      nodes: 1,
      concurrency: 1,
      duration: 4 * 3_600_000,
      rates: { 'reboot-unanswered': 0.5, uncordon: 3 },
      only: null,
    },
  },
  {
    what: 'behind a wall clock that was set back a node that got stuck tried again by itself, for ever',
    plan: {
      seed: 40,
      nodes: 1,
      concurrency: 1,
      duration: 8 * 3_600_000,
      rates: { 'reboot-refused': 0.5, 'reboot-nothing': 0.3, 'clock-jump': 3 },
      only: null,
    },
  },
  {
    what: 'etcd was set back behind the restore, and the claim went while the mark was on the Node again',
    plan: {
      seed: 27,
      nodes: 1,
      concurrency: 1,
      duration: 6 * 3_600_000,
      rates: { restored: 12 },
      only: null,
    },
  },
  {
    what: "the rig's: etcd brought back a person's cordon, nobody took it off again, and a budget waited for its node",
    plan: {
      seed: 2_245,
      nodes: 2,
      concurrency: 1,
      duration: 9_105_468,
      rates: { restored: 0.01, cordon: 0.1 },
      only: ['cordon/node-2/1', 'restored/etcd/1'],
    },
  },
];
