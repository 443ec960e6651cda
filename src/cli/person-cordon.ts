import type { NodeSnapshot } from '../core/node-view.ts';
import { fraction } from '../core/now.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import { exitOf, type Reached, tellReason } from './cluster.ts';
import { interrupted } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

/** The owner of a person's cordon in managedFields: another one than the daemon's, which undoes only its own. */
export const personManager = 'kured-host-person';

export type Cordoning =
  | { readonly is: 'changed' | 'unneeded'; readonly node: NodeSnapshot }
  | { readonly is: 'told'; readonly code: ExitCode };

const tries = 8;
/** Milliseconds between two tries, and as much again by chance. */
const between = 100;

/**
 * Cordons or uncordons the own Node as kubectl does: spec.unschedulable and nothing else, without a mark. Each try reads the
 * Node, asks `may` about it (an exit code is a no that was told), and writes only on what was read. Tells what fails.
 */
export async function setCordon(
  io: Io,
  on: Reached,
  unschedulable: boolean,
  may: (node: NodeSnapshot) => Promise<ExitCode | null>,
): Promise<Cordoning> {
  const own = on.ready.cluster.node;
  let maybe = false;
  for (let count = 0; count < tries && !on.signal.aborted; count += 1) {
    if (count > 0) await io.clock.sleep(between * (1 + fraction(io.clock.now())), on.signal).catch(() => {});
    const node = await readNode(io, on);
    if (typeof node === 'number') return { is: 'told', code: node };
    const refused = await may(node);
    if (refused !== null) return { is: 'told', code: refused };
    if (node.unschedulable === unschedulable) return { is: 'unneeded', node };
    const { uid, resourceVersion } = node;
    const patch = { uid, resourceVersion, unschedulable, annotations: {}, manager: personManager };
    const written = await own.patch(patch, on.signal);
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

function givenUp(io: Io, on: Reached, maybe: boolean): Cordoning {
  const { node } = on.ready.identity;
  const late = maybe
    ? `one try had no answer and may still take effect: look with "kubectl get node ${node}"`
    : 'nothing was changed';
  const why = on.signal.aborted ? 'interrupted' : `the Node ${node} was changed by others each time in ${tries} tries`;
  io.err(`${why}; ${late}\n`);
  return { is: 'told', code: on.signal.aborted || !maybe ? exitCode.failed : exitCode.unavailable };
}
