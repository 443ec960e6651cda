import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import { forceRelease } from '../../../src/core/lease/release.ts';
import { leasePath, readLease } from '../../../src/kubernetes/lease-store.ts';
import { admin } from '../../fakes/api/user.ts';
import type { OnItsWay } from '../network.ts';
import type { World } from '../world.ts';
import { afterwards } from './persons.ts';

const minute = 60_000;
const mark = 'kured-host/claim';

/** Persons act just when it matters: on a claim while its machine is away for the reboot, on a cordon while it carries our mark. */
export function startWorstMoments(world: World): (of: OnItsWay) => void {
  const { strikes, weather, time } = world;
  const { rebootFate } = weather;
  weather.rebootFate = (node, place) => {
    const fate = rebootFate(node, place);
    // Longer than a machine needs to go down, and shorter than most need to be up again.
    if (fate === 'happens' && strikes.at('forced-away', place))
      time.timer(weather.between(`${place}/forced-away`, 0, 15_000), () => forceAway(node, world));
    return fate;
  };
  return ({ place, node, request }) => {
    if (request.method !== 'PATCH' || request.body?.includes(`"${mark}":"`) !== true) return;
    if (!strikes.at('cordoned-anew', place)) return;
    // From the first eviction to long after the boot.
    const name = `cordoned-anew/${place}`;
    time.timer(weather.spread(`${name}/after`, 200, 5 * minute), () => cordonAnew(node, world, name));
  };
}

/** As `kured-host lease release NODE --force` does it: the entry goes at once. */
function forceAway(node: string, { cluster, network, time, timeline, healed }: World): void {
  const stands = cluster.store.get('leases.coordination.k8s.io', 'kured-host', 'kured-host');
  const object = stands === undefined ? null : readLease({ ...stands });
  if (object === null || !network.serving || healed) return;
  const reading = readRecord(object);
  const released = reading.readable ? forceRelease(reading.record, node) : null;
  if (released?.granted !== true) return;
  timeline.note('an admin', `takes the claim of ${node} away, which is on its way to the next boot`);
  cluster.ask(admin, 'PUT', leasePath(object.metadata), writeRecord(object, released.record, time.now()));
}

/** Uncordons a node that carries our mark and cordons it again: from then on the cordon is a person's, who takes it back later. */
function cordonAnew(node: string, world: World, name: string): void {
  const { cluster, network, time, timeline, weather } = world;
  const isMarked = cluster.store.get('nodes', '', node)?.metadata.annotations?.[mark] !== undefined;
  if (!isMarked || !network.serving || world.healed) return;
  const cordon = (unschedulable: true | null) => (): void => {
    timeline.note('an admin', `${unschedulable === true ? 'cordons' : 'uncordons'} ${node}`);
    cluster.ask(admin, 'PATCH', `/api/v1/nodes/${node}?fieldManager=kubectl`, { spec: { unschedulable } });
  };
  cordon(null)();
  time.timer(weather.spread(`${name}/again`, 1, minute), () => {
    if (world.healed || !network.serving) return;
    cordon(true)();
    afterwards(world, name, cordon(null));
  });
}
