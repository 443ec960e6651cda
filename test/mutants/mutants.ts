import type { Mutant } from './mutant.ts';
import { claimMutants } from './rows/claim.ts';
import { clusterMutants } from './rows/cluster.ts';
import { fenceMutants } from './rows/fence.ts';
import { machineMutants } from './rows/machine.ts';
import { nodeMutants } from './rows/node.ts';
import { permissionMutants } from './rows/permission.ts';
import { recoveryMutants } from './rows/recovery.ts';
import { writeMutants } from './rows/writes.ts';

export interface Topic {
  readonly name: string;
  readonly mutants: readonly Mutant[];
}

/** All there are, by topic. */
export const topics: readonly Topic[] = [
  { name: 'Fence and call', mutants: fenceMutants },
  { name: 'Claim, queue, and what the Lease says', mutants: claimMutants },
  { name: 'Writes and their outcomes', mutants: writeMutants },
  { name: 'Cordon, mark, release', mutants: nodeMutants },
  { name: 'Recovery, proof, needs', mutants: recoveryMutants },
  { name: 'Permission', mutants: permissionMutants },
  { name: 'The API server', mutants: clusterMutants },
  { name: 'The machine', mutants: machineMutants },
];
