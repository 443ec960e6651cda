import type { NodeSnapshot } from '../core/node-view.ts';
import { holdAnnotation } from '../core/node-wishes.ts';
import { outsideText } from '../core/outside-text.ts';
import { changeNode } from './change-node.ts';
import { type Reached, withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { askDaemon } from './daemon-status.ts';
import { holdHere } from './hold-here.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { holderText } from './lease-text.ts';
import { goesOn } from './pause.ts';
import { telling } from './telling.ts';

export const holdCommand: Command = {
  name: 'hold',
  operands: [{ name: 'REASON', optional: true, rest: true }],
  summary: 'keep this node from rebooting, until unhold',
  description:
    'Writes the reason into the annotation kured-host/hold of the Node, where everybody sees it, and where it stays over restarts and reboots. The node claims nothing, gives back its place in the queue, and backs out of a drain; one whose reboot was asked for goes on until it is back. Other nodes are not held up: "kured-host pause" is for those.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host hold a restore runs here until Friday', what: 'no reboot until "kured-host unhold"' }],
  run: runHold,
};

export const unholdCommand: Command = {
  name: 'unhold',
  operands: [],
  summary: 'end the hold of this node',
  description: 'Takes the annotation kured-host/hold off the Node; it goes on by itself where it needs a reboot.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host unhold', what: 'the node takes its turn again' }],
  run: runUnhold,
};

async function runHold(io: Io, given: Given): Promise<ExitCode> {
  const why = given.operands.join(' ');
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    const changing = await changeNode(io, on, async ({ annotations }) =>
      annotations[holdAnnotation] === why ? null : { annotations: { [holdAnnotation]: why } },
    );
    if (changing.is === 'told') return changing.code;
    const { node } = changing;
    const goes = await whatGoesOn(io, on, node);
    const words = [`${node.name} is held; "kured-host unhold" ends it`, ...goes].join('\n');
    tell.done(words, { node: node.name, held: true, reason: why, changed: changing.is === 'changed' });
    return exitCode.done;
  });
}

async function runUnhold(io: Io, given: Given): Promise<ExitCode> {
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    let was: string | undefined;
    const changing = await changeNode(io, on, async ({ annotations }) => {
      was = annotations[holdAnnotation] ?? was;
      return annotations[holdAnnotation] === undefined ? null : { annotations: { [holdAnnotation]: null } };
    });
    if (changing.is === 'told') return changing.code;
    const { name } = changing.node;
    const because = was === undefined || was === '' ? '' : ` (it was: ${outsideText(was, 200)})`;
    const changed = changing.is === 'changed' || changing.maybeOurs;
    const words = changed ? `${name} is not held any more${because}` : `${name} was not held`;
    tell.done(words, { node: name, held: false, reason: null, changed });
    return exitCode.done;
  });
}

/** What becomes of a claim that this node has now. */
async function whatGoesOn(io: Io, on: Reached, node: NodeSnapshot): Promise<readonly string[]> {
  const hold = await holdHere(on, node);
  switch (hold.is) {
    case 'free':
      return [];
    case 'held': {
      const stopped = (await askDaemon(io)).is === 'stopped';
      const goes = stopped ? 'stays as it is, since the daemon does not run here' : goesOn(hold.slot);
      return [`${holderText(hold.slot, io.clock.now())}: ${goes}`];
    }
    case 'unknown':
      return ['whether it holds the Lease cannot be told; "kured-host status" says what it does'];
  }
}
