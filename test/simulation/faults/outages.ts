import type { Store } from '../../fakes/store.ts';
import type { Fate, FateOf, OnItsWay } from '../network.ts';
import type { World } from '../world.ts';
import { lasting, recurring } from './recurring.ts';

const minute = 60_000;

/** The API server, etcd, the way of one node to them, and its rights are away for a while; the answer is what becomes of requests then. */
export function startOutages(world: World): FateOf {
  startServer(world);
  startEtcd(world);
  const troubles = [
    during(world, 'partition', { least: 1_000, most: 6 * minute }, cutOff(world)),
    during(world, 'slow-node', { least: 10_000, most: 10 * minute }, slowly),
    during(world, 'unauthorized', { least: 1_000, most: 5 * minute }, () => refused(401, 'Unauthorized')),
    during(world, 'forbidden', { least: 1_000, most: 10 * minute }, ({ request }, usual) =>
      request.path.includes('/leases/') ? refused(403, 'Forbidden') : usual,
    ),
  ];
  return (of, usual) => {
    if (usual.is !== 'usual') return usual;
    for (const trouble of troubles) {
      const fate = trouble(of, usual);
      if (fate !== usual) return fate;
    }
    return usual;
  };
}

function startServer(world: World): void {
  const { network, time } = world;
  let outages = 0;
  const away = (ms: number): void => {
    outages += 1;
    network.serve(false);
    time.timer(ms, () => {
      outages -= 1;
      if (outages === 0) network.serve(true);
    });
  };
  recurring(world, 'server-down', 'server', (name) => away(lasting(world, name, 1_000, 20 * minute)));
  recurring(world, 'server-restart', 'server', (name) => away(world.weather.between(`${name}/lasts`, 500, 15_000)));
  recurring(world, 'compacted', 'server', () => {
    world.cluster.faults.compact();
    world.cluster.faults.expireWatches();
  });
}

/** Etcd is set back to a state of a while ago. */
function startEtcd(world: World): void {
  const { store } = world.cluster;
  recurring(world, 'restored', 'etcd', (name) => {
    const snapshot: ReturnType<Store['snapshot']> = store.snapshot();
    world.time.timer(lasting(world, name, 10_000, 30 * minute), () => {
      world.timeline.note('etcd', 'is set back');
      store.restore(snapshot);
    });
  });
}

type Trouble = (of: OnItsWay, usual: Extract<Fate, { is: 'usual' }>) => Fate;

/** A trouble of single nodes that comes and goes. */
function during(
  world: World,
  fault: 'partition' | 'slow-node' | 'unauthorized' | 'forbidden',
  { least, most }: { readonly least: number; readonly most: number },
  trouble: Trouble,
): Trouble {
  const until = new Map<string, number>();
  for (const { name: node } of world.machines)
    recurring(world, fault, node, (name) => {
      const end = world.time.mono() + lasting(world, name, least, most);
      until.set(node, Math.max(until.get(node) ?? 0, end));
      world.timeline.note(node, `${fault} for ${Math.round((end - world.time.mono()) / 1000)} s`);
      if (fault === 'partition')
        for (const stream of world.network.streams)
          if (stream.of.node === node) {
            stream.silence();
            world.time.timer(end - world.time.mono(), () => stream.cut());
          }
    });
  return (of, usual) => ((until.get(of.node) ?? 0) > world.time.mono() && !world.healed ? trouble(of, usual) : usual);
}

/** Nothing comes through; some of it only the answer, some of it late. */
function cutOff({ strikes }: World): Trouble {
  return (of, { there }) => {
    const kind = strikes.chance(`${of.place}/cut-off`);
    if (kind < 0.4) return { is: 'refused', after: there };
    if (kind < 0.9) return { is: 'silent', there: null };
    return { is: 'silent', there: there + strikes.chance(`${of.place}/later`) * 10 * minute };
  };
}

function slowly({ request }: OnItsWay, { there, back }: Extract<Fate, { is: 'usual' }>): Fate {
  return { is: 'usual', there: there * (request.method === 'GET' ? 500 : 1_000), back: back * 500 };
}

function refused(code: number, reason: string): Fate {
  return { is: 'answered', there: 2, back: 2, answer: { code, reason, message: `the API server says ${code}` } };
}
