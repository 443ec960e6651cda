import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { createNamespace, pod } from '../cluster/workload.ts';

/** A pod on the machine's node that stays until the answer is called. */
export async function drainThatWaits(cluster: ClusterAccess, machine: Machine): Promise<() => Promise<void>> {
  await machine.kubelet?.awaitReported(true);
  const namespace = await createNamespace(cluster, 'work');
  const path = `/api/v1/namespaces/${namespace}/pods`;
  await cluster.admin.post(
    path,
    pod({ name: 'slow', namespace, node: machine.name, finalizers: ['example.com/keep'] }),
  );
  return async () => void (await cluster.admin.patch(`${path}/slow`, { metadata: { finalizers: null } }));
}
