import type { FaultName } from '../faults.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * Lets a fault strike at this place again and again by the clock, at its rate, as long as faults strike. `strike` is given a name
 * that is this strike's own; it may come while what came before is still under way.
 */
export function recurring(
  { strikes, time, plan }: Surroundings,
  fault: FaultName,
  place: string,
  strike: (name: string) => void,
): void {
  let count = 0;
  const next = (): void => {
    count += 1;
    const name = `${place}/${count}`;
    const wait = strikes.wait(fault, name);
    if (wait === null || time.mono() + wait >= plan.duration) return;
    time.timer(wait, () => {
      if (strikes.take(fault, name)) strike(`${fault}/${name}`);
      next();
    });
  };
  next();
}

/** How long something lasts: from `least` to `most`, short as a rule; one time in ten up to ten times as long. */
export function lasting({ weather, strikes }: Surroundings, name: string, least: number, most: number): number {
  return weather.spread(`${name}/lasts`, least, strikes.chance(`${name}/long`) < 0.1 ? most * 10 : most);
}
