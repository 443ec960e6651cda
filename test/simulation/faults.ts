/** In what a fault's rate is counted: its chance at each such moment, or how often it comes in an hour of virtual time. */
export type RateUnit = 'per port call' | 'per request' | 'per boot' | 'per drain' | 'per node and hour' | 'per hour';

export interface FaultRow {
  readonly unit: RateUnit;
  /** With all faults on. */
  readonly rate: number;
  /** What happens, in one clause. */
  readonly what: string;
}

/** Every fault there is. */
export const faults = {
  kill: {
    unit: 'per port call',
    rate: 0.0005,
    what: 'the service is killed before a call of a port, or after its effect and before its answer, and is started again',
  },
  power: { unit: 'per port call', rate: 0.0002, what: 'the machine loses its power there, and gets it back' },
} as const satisfies Readonly<Record<string, FaultRow>>;

export type FaultName = keyof typeof faults;
