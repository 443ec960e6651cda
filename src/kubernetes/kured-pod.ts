import type { PodView } from '../core/drain/pod.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { OwnPods } from '../ports/cluster.ts';

/**
 * A pod of kured on this node, which drains and reboots it by a lock of its own: a reason with the remedy; null where there is none,
 * or the pods cannot be listed now. By the labels of kured's manifest and of its Helm chart, or the DaemonSet's name.
 */
export async function findKured(pods: OwnPods, signal: AbortSignal): Promise<Reason | null> {
  const listed = await pods.list(signal);
  const pod = listed.is === 'found' ? listed.object.find(isKured) : undefined;
  if (pod === undefined) return null;
  const set = pod.controller?.name ?? 'kured';
  return reason('rival', {
    name: `the pod ${pod.namespace}/${pod.name}`,
    how: 'kured reboots nodes by a lock of its own',
    remedy: `take kured off this node: kubectl delete daemonset -n ${pod.namespace} ${set}`,
  });
}

function isKured({ labels, controller, phase }: PodView): boolean {
  if (phase === 'Succeeded' || phase === 'Failed' || controller?.kind !== 'DaemonSet') return false;
  return [labels['name'], labels['app.kubernetes.io/name'], labels['app'], controller.name].includes('kured');
}
