import type { Fate, OnItsWay } from '../network.ts';
import type { World } from '../world.ts';

const minute = 60_000;

/** A service is killed just as it has sent a write, which lands when the next process has long begun, or has only just. */
export function lastWrites({ machines, strikes, time, timeline, weather }: World): (of: OnItsWay, fate: Fate) => Fate {
  return (of, fate) => {
    const { place, node } = of;
    const machine = machines.find(({ name }) => name === node);
    if (fate.is !== 'usual' || machine === undefined || !isWrite(of) || !strikes.at('dies-over-write', place))
      return fate;
    const [, process = ''] = place.split(/\/(?=boot)|\/(?=request)/);
    const next = weather.restartAfter(node, process);
    const late = weather.spread(`${place}/dies-over-write`, 1, 10 * minute);
    time.timer(0, () => {
      if (machine.process?.gate.process !== `${node}/${process}`) return;
      timeline.note(node, `kill over ${place}, which lands ${Math.round(late)} ms after the next process starts`);
      machine.kill();
    });
    return { is: 'silent', there: next + late };
  };
}

/** Of the Lease or the Node; its status decides nothing. */
function isWrite({ request: { method, path } }: OnItsWay): boolean {
  if (method === 'PUT') return path.includes('/leases/');
  return method === 'PATCH' && path.startsWith('/api/v1/nodes/') && !path.includes('/status');
}
