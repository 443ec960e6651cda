import type { Network } from './network.ts';
import type { Plan } from './plan.ts';
import type { Strikes } from './strikes.ts';
import type { Time } from './time.ts';
import type { Timeline } from './timeline.ts';
import type { Weather } from './weather.ts';
import type { Witness } from './witness.ts';

/** What a machine finds around it. */
export interface Surroundings {
  readonly plan: Plan;
  readonly strikes: Strikes;
  readonly time: Time;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly weather: Weather;
  readonly witness: Witness;
  /** Told when the run is over, and nothing counts any more. */
  onEnd(sweep: () => void): void;
  /** Something happened that must not: the first such ends the run. */
  break(law: string): void;
}
