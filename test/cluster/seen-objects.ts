import type { ClusterAccess } from './control-plane.ts';
import { startKubelet } from './kubelet.ts';
import type { KubernetesObject } from './rest.ts';

/** What the tests of the rig read of a Node, a pod and a budget. */
export interface Node extends KubernetesObject {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: {
    readonly nodeInfo: { readonly bootID: string };
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}
export interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly conditions?: Node['status']['conditions'] };
}
export interface Budget extends KubernetesObject {
  readonly status?: { readonly disruptionsAllowed: number; readonly observedGeneration?: number };
}

/** The condition of that type says True. */
export const isTrue = (object: Node | Pod | undefined, type: string): boolean =>
  object?.status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;

/** A Node that is Ready, until it is disposed of. */
export async function nodeWithKubelet(cluster: ClusterAccess, name: string): Promise<AsyncDisposable> {
  const kubelet = startKubelet(cluster, { node: name, kubeconfig: await cluster.nodeKubeconfig(name) });
  await kubelet.awaitReported(true);
  return kubelet;
}
