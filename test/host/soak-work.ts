import type { ClusterAccess } from '../cluster/control-plane.ts';
import { podAnnotations } from '../cluster/kubelet.ts';
import { budget, createNamespace, podSpec } from '../cluster/workload.ts';

/** Pods that are moved from node to node: three replicas of which one has to be there, each taking half a second to end. */
export async function addWork(cluster: ClusterAccess): Promise<void> {
  const namespace = await createNamespace(cluster, 'work');
  const labels = { app: 'work' };
  const template = {
    metadata: { labels, annotations: { [podAnnotations.exitsAfter]: '500ms' } },
    spec: podSpec(5),
  };
  await cluster.admin.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'work', namespace },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  });
  await cluster.admin.post(
    `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
    budget(namespace, 'work', labels, 1),
  );
}
