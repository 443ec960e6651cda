import type { NodePatch, NodeSnapshot } from '../core/node-view.ts';
import { fraction } from '../core/now.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import { exitOf, type Reached, tellReason } from './cluster.ts';
import { interrupted } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

/** The owner of what a person changes, in managedFields: another one than the daemon's, which undoes only its own. */
export const personManager = 'kured-host-person';

/** `node`: as it was before. `maybeOurs`: the Node was as wished, and a try before had no answer. */
export type NodeChange =
  | { readonly is: 'changed'; readonly node: NodeSnapshot }
  | { readonly is: 'unneeded'; readonly node: NodeSnapshot; readonly maybeOurs: boolean }
  | { readonly is: 'told'; readonly code: ExitCode };

/** What is to be changed of the Node as it was read. */
export type PersonsPatch = Pick<NodePatch, 'unschedulable' | 'annotations'>;

const tries = 8;
/** Milliseconds between two tries, and as much again by chance. */
const between = 100;

/**
 * Changes the own Node in a person's name. Each try reads the Node, asks what is to change (null: it is as wished; an exit
 * code is a no that was told), and writes only on what was read. Tells what fails.
 */
export async function changeNode(
  io: Io,
  on: Reached,
  change: (node: NodeSnapshot) => Promise<PersonsPatch | null | ExitCode>,
): Promise<NodeChange> {
  const own = on.ready.cluster.node;
  let maybe = false;
  for (let count = 0; count < tries && !on.signal.aborted; count += 1) {
    if (count > 0) await io.clock.sleep(between * (1 + fraction(io.clock.now())), on.signal).catch(() => {});
    const node = await readNode(io, on);
    if (typeof node === 'number') return { is: 'told', code: node };
    const wanted = await change(node);
    if (typeof wanted === 'number') return { is: 'told', code: wanted };
    if (wanted === null) return { is: 'unneeded', node, maybeOurs: maybe };
    const { uid, resourceVersion } = node;
    const written = await own.patch({ uid, resourceVersion, ...wanted, manager: personManager }, on.signal);
    switch (written.is) {
      case 'written':
        return { is: 'changed', node };
      case 'refused':
        tellReason(io, written.reason);
        return { is: 'told', code: exitOf(written.reason) };
      case 'unknown':
        maybe = true;
        io.err(`no answer whether it was written, looking again: ${reasonSentence(written.reason)}\n`);
        break;
      case 'conflict':
      case 'gone':
        break;
    }
  }
  return givenUp(io, on, maybe);
}

async function readNode(io: Io, on: Reached): Promise<NodeSnapshot | ExitCode> {
  const read = await on.ready.cluster.node.read(on.signal);
  if (read.is === 'found') return read.object;
  if (on.signal.aborted) return interrupted(io);
  const why = read.is === 'gone' ? reason('node-missing', { node: on.ready.identity.node }) : read.reason;
  tellReason(io, why);
  return exitOf(why);
}

function givenUp(io: Io, on: Reached, maybe: boolean): NodeChange {
  const { node } = on.ready.identity;
  const late = maybe
    ? `one try had no answer and may still take effect: look with "kubectl get node ${node}"`
    : 'nothing was changed';
  const why = on.signal.aborted ? 'interrupted' : `the Node ${node} was changed by others each time in ${tries} tries`;
  io.err(`${why}; ${late}\n`);
  return { is: 'told', code: on.signal.aborted || !maybe ? exitCode.failed : exitCode.unavailable };
}
