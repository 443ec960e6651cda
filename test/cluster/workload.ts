/** What tests put into a cluster: small, and nothing by default that a test does not see. */
import { randomBytes } from 'node:crypto';
import type { ClusterAccess } from './control-plane.ts';

/** A name that no other test of the run uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** Creates a namespace and waits until pods can be created in it (they need its default service account). */
export async function createNamespace(cluster: ClusterAccess, prefix: string): Promise<string> {
  const name = uniqueName(prefix);
  await cluster.admin.post('/api/v1/namespaces', { metadata: { name } });
  await cluster.admin.until(
    `/api/v1/namespaces/${name}/serviceaccounts/default`,
    'the default service account',
    (account) => account !== undefined,
  );
  return name;
}

export interface PodOptions {
  readonly name: string;
  readonly namespace: string;
  /** Absent: the scheduler chooses. */
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly unknown[];
  /** terminationGracePeriodSeconds; default 1, the shortest that the kubelet takes part in. */
  readonly grace?: number;
  /** Gives it a volume that goes with it. */
  readonly emptyDir?: boolean;
}

export function pod(options: PodOptions): object {
  const { name, namespace, labels, annotations, finalizers, ownerReferences } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations, finalizers, ownerReferences },
    spec: {
      nodeName: options.node,
      ...podSpec(options.grace),
      ...(options.emptyDir === true ? { volumes: [{ name: 'scratch', emptyDir: {} }] } : {}),
    },
  };
}

/** The spec of a pod that does nothing, also for templates. */
export function podSpec(grace = 1): object {
  return {
    terminationGracePeriodSeconds: grace,
    containers: [{ name: 'main', image: 'example.invalid/main:1' }],
  };
}

/** A PodDisruptionBudget over the pods with these labels. */
export function budget(namespace: string, name: string, labels: Record<string, string>, minAvailable: number): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace },
    spec: { minAvailable, selector: { matchLabels: labels } },
  };
}

/** The body of an eviction. */
export function eviction(namespace: string, name: string, uid?: string): object {
  const metadata = { name, namespace };
  const deleteOptions = uid === undefined ? undefined : { preconditions: { uid } };
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
}
