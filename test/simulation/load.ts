import type { Machine } from './machine.ts';
import type { Surroundings } from './surroundings.ts';

/** Needs come to a machine again and again, as long as faults strike. */
export function startLoad(machine: Machine, { time, strikes, plan }: Surroundings): void {
  // As many as a pool can just do, or fewer, or more: 2 to 8 an hour.
  const needsAnHour = 2 + strikes.chance('needs') * 6;
  let count = 0;
  const next = (): void => {
    count += 1;
    const wait = (-Math.log(1 - strikes.chance(`${machine.name}/need-${count}`)) / needsAnHour) * 3_600_000;
    if (time.mono() + wait >= plan.duration) return;
    time.timer(wait, () => {
      if (machine.power === 'up') machine.sentinel.appear();
      next();
    });
  };
  next();
}
