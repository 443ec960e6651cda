import type { Permission } from '../core/permission.ts';
import type { Settings } from '../core/settings.ts';
import type { Status } from '../core/status.ts';

/**
 * What is against a reboot besides the sources of permission, as far as this daemon has seen it: a node that only observes, a
 * person's hold, a paused pool. Without reasons: they are told elsewhere.
 */
export function knownAgainst({ mode }: Pick<Settings, 'mode'>, status: Status | null): Permission {
  const held = status?.permission.reasons.some(({ code }) => code === 'held') === true;
  const paused = status !== null && status.lease.paused !== null;
  return mode === 'observe' || held || paused ? { is: 'refused', reasons: [] } : { is: 'allowed' };
}
