import { settings } from '../core/phases/samples.ts';
import type { Model } from './parts.ts';
import { usualAges } from './tokens.ts';

/** So many nodes of one pool with room for one, and how often each fault may happen. */
export function modelOf(nodes: number, faults: Model['faults'], concurrency = 1): Model {
  // How long a drain has lasted, and the reboots of a day, would make a state of each moment and each count.
  const unbounded = { drainTimeout: null, maxRebootsPerDay: 1_000 };
  return {
    nodes,
    settings: { ...settings, ...unbounded, concurrency },
    needSurvives: false,
    faults,
    others: false,
    ages: usualAges,
  };
}
