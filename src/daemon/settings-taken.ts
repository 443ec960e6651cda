import { isDeepStrictEqual } from 'node:util';
import type { PhaseName } from '../core/phases/state.ts';
import type { Settings } from '../core/settings.ts';

export interface Taken {
  /** What holds from now on. */
  readonly settings: Settings;
  /** The keys and sections whose change waits until the Lease was released. */
  readonly waits: readonly string[];
}

/**
 * What is taken of new settings now. Everything at once, but for what a claim rests on: as whom it is held, and how the
 * reboot it is held for is asked. The Lease's own name is the decisions' matter: they keep to the Lease that they hold.
 */
export function takeSettings(used: Settings, wanted: Settings, phase: PhaseName | null): Taken {
  if (!mayHold(phase)) return { settings: wanted, waits: [] };
  const { method, command, signal } = used.reboot;
  const settings = {
    ...wanted,
    credentials: used.credentials,
    reboot: { ...wanted.reboot, method, command, signal },
  };
  return { settings, waits: waiting.filter((key) => !isDeepStrictEqual(partOf(settings, key), partOf(wanted, key))) };
}

/** Whether something may be held in this phase; null: no daemon runs yet. */
export function mayHold(phase: PhaseName | null): boolean {
  return phase !== null && !free.includes(phase);
}

const free: readonly PhaseName[] = ['idle', 'waiting', 'queued', 'stopped'];
const waiting = ['credentials', 'reboot.method', 'reboot.command', 'reboot.signal'] as const;

function partOf(settings: Settings, key: (typeof waiting)[number]): unknown {
  switch (key) {
    case 'credentials':
      return settings.credentials;
    case 'reboot.method':
      return settings.reboot.method;
    case 'reboot.command':
      return settings.reboot.command;
    case 'reboot.signal':
      return settings.reboot.signal;
  }
}
