import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../core/settings.ts';

export type Section = keyof Settings;

export interface SettingsChange {
  /** The sections that differ, in the order of the settings; empty when nothing does. */
  readonly sections: readonly Section[];
  /** Another Lease: while one is held, the change waits until it is released. */
  readonly pool: boolean;
  /** Other credentials, another impersonated user or another Node: waits in the same way. */
  readonly identity: boolean;
}

/** What changed between the settings in use and newly read ones. When what applies is for the daemon to say. */
export function compareSettings(old: Settings, fresh: Settings): SettingsChange {
  const sections = (Object.keys(fresh) as Section[]).filter((name) => !isDeepStrictEqual(old[name], fresh[name]));
  return {
    sections,
    pool: old.lease.namespace !== fresh.lease.namespace || old.lease.name !== fresh.lease.name,
    identity: sections.includes('credentials'),
  };
}
