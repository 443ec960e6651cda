import type { Clock } from '../ports/clock.ts';

/** What the process's edge hands in: its environment, its standing with systemd, the places on disk. */
export interface Environment {
  readonly clock: Clock;
  readonly pid: number;
  /** The absolute path of the running script. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard error is a terminal. */
  readonly terminal: boolean;
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
  /** When the program was built, milliseconds since 1970; 0: not known. */
  readonly built: number;
  readonly places: Places;
  /** The IANA name of this machine's time zone at this moment, as /etc/localtime or TZ give it; `Etc/Unknown` when neither tells. */
  readonly zone: () => string;
}

/** Where things are; elsewhere only in tests. */
export interface Places {
  /** Stands before the configuration's paths. */
  readonly root: string;
  readonly state: string;
  readonly runtime: string;
  readonly bootId: string;
  readonly machineId: string;
}

export const usualPlaces: Places = {
  root: '/',
  state: '/var/lib/kured-host',
  runtime: '/run/kured-host',
  bootId: '/proc/sys/kernel/random/boot_id',
  machineId: '/etc/machine-id',
};
