import type { World } from '../world.ts';
import { startBoots } from './boots.ts';
import { startLogind } from './logind.ts';
import { turnsMeanwhile } from './meanwhile.ts';
import { startOutages } from './outages.ts';
import { startPermission } from './permission.ts';
import { startPersons } from './persons.ts';
import { fateOfRequests } from './requests.ts';
import { startServices } from './services.ts';
import { bodyByVersion } from './versions.ts';
import { linesAgain, startWatches } from './watches.ts';

/** Lets every fault strike at the plan's rates. */
export function startFaults(world: World): void {
  const { network } = world;
  const [outage, single] = [startOutages(world), fateOfRequests(world)];
  const meanwhile = turnsMeanwhile(world);
  network.fateOf = (of, usual) => {
    meanwhile(of);
    return single(of, outage(of, usual));
  };
  network.linesOf = linesAgain(world);
  network.bodyOf = bodyByVersion(world);
  for (const machine of world.machines) startWatches(machine, world);
  startBoots(world);
  startLogind(world);
  startPermission(world);
  startPersons(world);
  startServices(world);
}
