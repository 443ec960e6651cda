import type { NodeSnapshot } from '../core/node-view.ts';
import { changeNode, type NodeChange } from './change-node.ts';
import type { Reached } from './cluster.ts';
import type { ExitCode, Io } from './io.ts';

/**
 * Cordons or uncordons the own Node as kubectl does: spec.unschedulable and nothing else, without a mark. `may` is asked
 * about the Node before each try (an exit code is a no that was told). Tells what fails.
 */
export async function setCordon(
  io: Io,
  on: Reached,
  unschedulable: boolean,
  may: (node: NodeSnapshot) => Promise<ExitCode | null>,
): Promise<NodeChange> {
  return await changeNode(io, on, async (node) => {
    const refused = await may(node);
    if (refused !== null) return refused;
    return node.unschedulable === unschedulable ? null : { unschedulable, annotations: {} };
  });
}
