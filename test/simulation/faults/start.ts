import type { World } from '../world.ts';
import { startBoots } from './boots.ts';
import { lastWrites } from './last-writes.ts';
import { startLogind } from './logind.ts';
import { turnsMeanwhile } from './meanwhile.ts';
import { startOutages } from './outages.ts';
import { startPermission } from './permission.ts';
import { startPersons } from './persons.ts';
import { fateOfRequests } from './requests.ts';
import { startServices } from './services.ts';
import { bodyByVersion } from './versions.ts';
import { linesAgain, startBalancer, startWatches } from './watches.ts';
import { startWorstMoments } from './worst-moments.ts';

/** Lets every fault strike at the plan's rates. */
export function startFaults(world: World): void {
  const { network } = world;
  network.linesOf = linesAgain(world);
  network.bodyOf = bodyByVersion(world);
  for (const machine of world.machines) {
    startWatches(machine, world);
    startBalancer(machine, world);
  }
  startBoots(world);
  startLogind(world);
  startRequests(world);
  startPermission(world);
  startPersons(world);
  startServices(world);
}

function startRequests(world: World): void {
  const [outage, single, last] = [startOutages(world), fateOfRequests(world), lastWrites(world)];
  const [meanwhile, worst] = [turnsMeanwhile(world), startWorstMoments(world)];
  world.network.fateOf = (of, usual) => {
    meanwhile(of);
    worst(of);
    return last(of, single(of, outage(of, usual)));
  };
}
