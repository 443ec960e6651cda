import type { ClusterAccess } from '../cluster/control-plane.ts';
import { budget, createNamespace, pod } from '../cluster/workload.ts';

/** A pod on the node that no eviction may take away until `mayGo`: its drain does not end before. */
export async function keptPod(cluster: ClusterAccess, node: string): Promise<{ mayGo(): Promise<void> }> {
  const namespace = await createNamespace(cluster, 'kept');
  const labels = { app: 'kept' };
  const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  await cluster.admin.post(budgets, budget(namespace, 'kept', labels, 1));
  await cluster.admin.post(`/api/v1/namespaces/${namespace}/pods`, pod({ name: 'kept', namespace, node, labels }));
  return { mayGo: async () => void (await cluster.admin.delete(`${budgets}/kept`)) };
}
