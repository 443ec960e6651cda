import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/daemon/clock.ts';
import { Fleet } from '../fleet/fleet.ts';
import { addNode } from './nodes.ts';
import { Pods } from './pods.ts';
import { failing, names, type Stage } from './stage.ts';
import { judge } from './verdict.ts';

const pace = { boot: 1500, kubelet: 900, refused: failing };

/** The daemon's real code for each node, and the embedded API server, all in this process. */
export async function openEmbedded(say: (line: string) => void): Promise<Stage> {
  say('Five nodes, each with the daemon in it, and one API server, all in this process.');
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-demo-'));
  const opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const fleet = opened.use(await Fleet.open());
  const begin = systemClock.now().wall;
  const { revision } = fleet.server.store;
  const nodes = await Promise.all(names.map((name) => addNode(fleet, name, { ...pace, folder })));
  const pods = opened.use(new Pods(fleet.server, names));
  pods.start();
  return {
    begin,
    nodes,
    pods,
    async verdict() {
      const history = fleet.server.store.since('nodes', revision);
      const boots = new Map(nodes.map(({ name, boots: count }) => [name, count]));
      return judge({ nodes: names, changes: 'oldest' in history ? [] : history, boots });
    },
    witness: "the API server's history",
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
