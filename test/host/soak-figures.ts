import type { FaultKind } from './soak-plan.ts';

/** What a soak counts. */
export interface Figures {
  readonly rounds: number;
  /** One guest's need, met: rebooted, uncordoned, Lease free. */
  readonly cycles: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly boots: number;
  /** Reboots that logind was asked for. */
  readonly reboots: number;
  /** Seconds from all needs to all of them met, a round each. */
  readonly roundSeconds: readonly number[];
  /** Seconds from the fence to the release, a reboot each. */
  readonly rebootSeconds: readonly number[];
  /** How many writes of Lease and Nodes were judged. */
  readonly writes: number;
}

/** The figures as lines of text. */
export function figuresText(figures: Figures): string {
  const { rounds, cycles, faults, boots, reboots, roundSeconds, rebootSeconds, writes } = figures;
  const rows: readonly (readonly [string, string])[] = [
    ['cycles', `${cycles} in ${rounds} rounds, each need met, rebooted, uncordoned, Lease free`],
    ['boots', `${boots}, of these asked of logind: ${reboots}`],
    ...[...faults].sort().map(([kind, times]) => [kind, String(times)] as const),
    ['seconds a round', spread(roundSeconds)],
    ['seconds a reboot', `${spread(rebootSeconds)}, from the fence to the release`],
    ['laws', `none broken in ${writes} writes of Lease and Nodes`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(22)}${text}`).join('\n');
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `median ${at(0.5)}, 95 of 100 within ${at(0.95)}, longest ${at(1)}`;
}
