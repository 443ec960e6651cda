import type { Machine } from './machine.ts';
import type { Surroundings } from './surroundings.ts';

const look = 10 * 60_000;

/** The person on call: looks every few minutes, and lets a node that has been stuck since the last look try once more. */
export function startOperator(machines: readonly Machine[], { time, witness }: Surroundings): void {
  const before = new Set<string>();
  const round = (): void => {
    for (const { name, process } of machines) {
      const isStuck = (process?.status()?.stuck ?? null) !== null;
      if (!isStuck || process === null) before.delete(name);
      else if (before.delete(name)) {
        witness.person(name, 'retry');
        process.retry();
      } else before.add(name);
    }
    time.timer(look, round);
  };
  time.timer(look, round);
}
