import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { within } from '../cluster/waiting.ts';
import { budget, type PodOptions, pod, podSpec } from '../cluster/workload.ts';

export interface PodObject extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly deletionGracePeriodSeconds?: number };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

const keep = 'example.com/keep';

/** The pods of a story: those on its node, and what makes and guards them. */
export class StoryPods {
  readonly #cluster: ClusterAccess;
  readonly node: string;
  /** Where they are. */
  readonly namespace: string;

  constructor(cluster: ClusterAccess, node: string, namespace: string) {
    this.#cluster = cluster;
    this.node = node;
    this.namespace = namespace;
  }

  path(name: string): string {
    return `/api/v1/namespaces/${this.namespace}/pods/${name}`;
  }

  async add(name: string, options: Partial<PodOptions> = {}): Promise<PodObject> {
    const made = pod({ name, namespace: this.namespace, node: this.node, ...options });
    return await this.#cluster.admin.post<PodObject>(`/api/v1/namespaces/${this.namespace}/pods`, made);
  }

  /** A pod that stays until `letGo`, whatever is done to it: the drain waits. */
  async addKept(name = 'kept'): Promise<void> {
    await this.add(name, { finalizers: [keep] });
  }

  async letGo(name = 'kept'): Promise<void> {
    await this.#cluster.admin.patch(this.path(name), { metadata: { finalizers: null } });
  }

  async until(name: string, what: string, is: (pod: PodObject | undefined) => boolean): Promise<PodObject> {
    const found = await this.#cluster.admin.until<PodObject>(this.path(name), what, is, 60_000);
    return found as PodObject;
  }

  async running(name: string): Promise<PodObject> {
    return await this.until(name, 'it to run', (now) => now?.status?.phase === 'Running');
  }

  /** A budget over the pods with the label `app`, as the disruption controller has understood it. */
  async addBudget(name: string, app: string, minAvailable = 1): Promise<void> {
    const collection = `/apis/policy/v1/namespaces/${this.namespace}/poddisruptionbudgets`;
    await this.#cluster.admin.post(collection, budget(this.namespace, name, { app }, minAvailable));
    await this.#cluster.admin.until<KubernetesObject & { readonly status?: { readonly currentHealthy?: number } }>(
      `${collection}/${name}`,
      'the budget to count a healthy pod',
      (now) => now?.status?.currentHealthy === 1,
      30_000,
    );
  }

  /** The pod's containers have ended well. */
  async finish(name: string): Promise<void> {
    await this.#cluster.admin.patch(`${this.path(name)}/status`, { status: { phase: 'Succeeded' } });
  }

  /** One replica, on the first of these nodes that takes it. */
  async addStatefulSet(name: string, nodes: readonly string[]): Promise<void> {
    const labels = { app: name };
    const on = (values: readonly string[]): object => ({
      matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }],
    });
    const nodeAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [on(nodes)] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: on(nodes.slice(0, 1)) }],
    };
    await this.#cluster.admin.post(`/apis/apps/v1/namespaces/${this.namespace}/statefulsets`, {
      metadata: { name, namespace: this.namespace },
      spec: {
        serviceName: name,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { ...podSpec(), affinity: { nodeAffinity } } },
      },
    });
  }

  /** A DaemonSet for this node; its pod, running. */
  async addDaemonSet(name: string): Promise<PodObject> {
    const labels = { app: name };
    const nodeSelector = { 'kubernetes.io/hostname': this.node };
    await this.#cluster.admin.post(`/apis/apps/v1/namespaces/${this.namespace}/daemonsets`, {
      metadata: { name, namespace: this.namespace },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { ...podSpec(), nodeSelector } },
      },
    });
    const podName = Promise.withResolvers<string>();
    const looking = new AbortController();
    const find = async (): Promise<void> => {
      const query = { labelSelector: `app=${name}` };
      const collection = `/api/v1/namespaces/${this.namespace}/pods`;
      for await (const { object } of this.#cluster.admin.watch<PodObject>(collection, query, looking.signal))
        podName.resolve(object.metadata.name);
    };
    find().catch(podName.reject);
    try {
      return await this.running(await within(30_000, `a pod of the DaemonSet ${name}`, () => podName.promise));
    } finally {
      looking.abort();
    }
  }

  /** What the kubelet shows of a static pod, written with its own certificate. */
  async addMirror(name: string): Promise<PodObject> {
    const node = await this.#cluster.admin.get(`/api/v1/nodes/${this.node}`);
    const kubelet = await this.#cluster.client({ name: `system:node:${this.node}`, organizations: ['system:nodes'] });
    const owner = { apiVersion: 'v1', kind: 'Node', name: this.node, uid: node.metadata.uid, controller: true };
    const mirror = pod({
      name: `${name}-${this.node}`,
      namespace: this.namespace,
      node: this.node,
      annotations: { 'kubernetes.io/config.mirror': 'a hash' },
      ownerReferences: [owner],
    });
    const made = await kubelet.post<PodObject>(`/api/v1/namespaces/${this.namespace}/pods`, mirror);
    return await this.running(made.metadata.name);
  }
}
