import { isDeepStrictEqual } from 'node:util';
import type { PhaseName } from '../core/phases/state.ts';
import type { Settings } from '../core/settings.ts';
import type { Status } from '../core/status.ts';

export interface Taken {
  /** What holds from now on. */
  readonly settings: Settings;
  /** The keys and sections whose change waits until the Lease was released. */
  readonly waits: readonly string[];
}

/**
 * What is taken of new settings now. Everything at once, but for how the reboot is asked that a claim is held for. The Lease's
 * own name is the decisions' matter: they keep to the Lease that they hold. So are credentials that of who runs the daemon.
 */
export function takeSettings(used: Settings, wanted: Settings, phase: PhaseName | null): Taken {
  if (!mayHold(phase)) return { settings: wanted, waits: [] };
  const { method, command, signal } = used.reboot;
  const settings = {
    ...wanted,
    reboot: { ...wanted.reboot, method, command, signal },
  };
  return { settings, waits: waiting.filter((key) => !isDeepStrictEqual(partOf(settings, key), partOf(wanted, key))) };
}

/** Whether something may be held in this phase; null: no daemon runs yet. */
export function mayHold(phase: PhaseName | null): boolean {
  return phase !== null && !free.includes(phase);
}

/**
 * Whether something is held. Recovery has yet to find out, and may never where the credentials are not good for it: until it
 * has, what was known `before` it holds.
 */
export function holdsNow(status: Status | null, before: boolean): boolean {
  if (status === null) return before;
  if (status.phase !== 'recovering') return mayHold(status.phase);
  return before || status.lease.holders.includes(status.node);
}

const free: readonly PhaseName[] = ['idle', 'waiting', 'queued', 'stopped'];
const waiting = ['reboot.method', 'reboot.command', 'reboot.signal'] as const;

function partOf(settings: Settings, key: (typeof waiting)[number]): unknown {
  switch (key) {
    case 'reboot.method':
      return settings.reboot.method;
    case 'reboot.command':
      return settings.reboot.command;
    case 'reboot.signal':
      return settings.reboot.signal;
  }
}
