import type { Settings } from '../../src/core/settings.ts';
import { settings as usual } from '../fleet/fleet.ts';
import type { Pool } from '../observer/observer.ts';
import type { Plan } from './plan.ts';

const second = 1_000;
const minute = 60_000;

/** What an admin decided for a whole pool, and what its observer has to know of that. */
export interface PoolOf {
  readonly settings: Settings;
  readonly observer: Pick<Pool, 'takeOver' | 'podsMayStay' | 'bounds'>;
  /** Nodes may read each other's Nodes, which a take-over by a Node that is gone rests on. */
  readonly mayReadNodes: boolean;
}

/** The settings of a run, from its seed: half of the runs have the defaults. `chance` of a name: from 0 up to but not 1. */
export function poolOf({ concurrency }: Plan, chance: (name: string) => number): PoolOf {
  const pick = <T>(what: string, of: readonly [T, ...T[]]): T =>
    chance('settings/usual') < 0.5 ? of[0] : (of[Math.floor(chance(`settings/${what}`) * of.length)] ?? of[0]);
  const onTimeout = pick<'back-out' | 'reboot'>('drain.onTimeout', ['back-out', 'back-out', 'reboot']);
  // Longer than a holder can be silent: the boot's deadline, the verification, the release delay and a hook.
  const takeOverAfter = pick('lease.takeOverAfter', [null, null, 90 * minute]);
  const mayReadNodes = pick('grant', [false, true]);
  const releaseDelay = pick('lease.releaseDelay', [null, 10 * second, minute]);
  const settings: Settings = {
    ...usual,
    concurrency,
    lease: { ...usual.lease, takeOverAfter, releaseDelay },
    drain: {
      ...usual.drain,
      onTimeout,
      delay: pick('drain.delay', [null, 5 * second, minute]),
      timeout: pick('drain.timeout', [30 * minute, minute]),
    },
    hooks: { timeout: pick('hooks.timeout', [10 * minute, minute]) },
    reboot: {
      ...usual.reboot,
      maxRebootsPerDay: 1_000,
      delay: pick('reboot.delay', [null, 5 * second, minute]),
      attempts: pick('reboot.attempts', [3, 1]),
      deadline: pick('reboot.deadline', [10 * minute, 3 * minute]),
    },
    verification: { timeout: pick('verification.timeout', [15 * minute, 3 * minute]) },
  };
  const takeOver = takeOverAfter !== null || mayReadNodes ? { takeOver: { silent: takeOverAfter } } : {};
  return { settings, mayReadNodes, observer: { ...takeOver, podsMayStay: onTimeout === 'reboot' } };
}
