import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { podAnnotations } from '../cluster/kubelet.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { budget, createNamespace, podSpec } from '../cluster/workload.ts';
import type { PodMark } from './pods.ts';
import { names, type PodsView } from './stage.ts';

interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Milliseconds until the first `db` that moves is Ready, and every later one: its budget blocks the next drain meanwhile. */
const slow = 6000;
const quick = 500;

/** A Deployment, a DaemonSet, and a StatefulSet with a budget of its own, with the cluster's own controllers and scheduler. */
export async function openRealPods(cluster: ControlPlane): Promise<PodsView & Disposable> {
  const namespace = await createNamespace(cluster, 'demo');
  const pods = new RealPods(cluster, `/api/v1/namespaces/${namespace}/pods`);
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  await cluster.admin.post(`${apps}/daemonsets`, workload('log', {}));
  await cluster.admin.post(`${apps}/deployments`, workload('web', { replicas: 7 }));
  const db = workload('db', { replicas: 3, serviceName: 'db', podManagementPolicy: 'Parallel' });
  await cluster.admin.post(`${apps}/statefulsets`, db);
  const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  await cluster.admin.post(path, budget(namespace, 'db', { app: 'db' }, 2));
  await pods.start(15);
  await cluster.admin.until<KubernetesObject & { status?: { disruptionsAllowed?: number } }>(
    `${path}/db`,
    'the budget to allow one eviction',
    (object) => object?.status?.disruptionsAllowed === 1,
    30_000,
  );
  return pods;
}

function workload(app: string, spec: object): object {
  const labels = { app };
  const annotations = app === 'db' ? { [podAnnotations.ready]: 'false' } : {};
  const affinity = app === 'db' ? onTheFirst : undefined;
  const template = { metadata: { labels, annotations }, spec: { ...podSpec(1), affinity } };
  return { metadata: { name: app }, spec: { ...spec, selector: { matchLabels: labels }, template } };
}

/** One on each of the nodes that are drained first, so that the second drain meets the budget; elsewhere when those are full. */
const onTheFirst = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        preference: {
          matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: names.slice(0, 3) }],
        },
      },
    ],
  },
};

class RealPods implements PodsView, Disposable {
  readonly #cluster: ControlPlane;
  readonly #path: string;
  readonly #pods = new Map<string, Pod>();
  readonly #end = new AbortController();
  #playing = false;
  #moved = 0;

  constructor(cluster: ControlPlane, path: string) {
    this.#cluster = cluster;
    this.#path = path;
  }

  /** Resolves when that many pods are Ready. */
  async start(count: number): Promise<void> {
    const enough = Promise.withResolvers<void>();
    void this.#follow(() => {
      if ([...this.#pods.values()].filter((pod) => markOf(pod) === 'running').length >= count) enough.resolve();
    }).catch(() => undefined);
    await Promise.race([
      enough.promise,
      sleep(60_000, undefined, { ref: false }).then(() =>
        Promise.reject(new Error('the pods are not Ready after 60 s')),
      ),
    ]);
    this.#playing = true;
  }

  on(node: string): readonly PodMark[] {
    const here = [...this.#pods.values()].filter(
      ({ spec, metadata }) => spec.nodeName === node && metadata.labels?.['app'] !== 'log',
    );
    return here.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name)).map(markOf);
  }

  async #follow(changed: () => void): Promise<void> {
    const query = { resourceVersion: '0' };
    for await (const { type, object } of this.#cluster.admin.watch<Pod>(this.#path, query, this.#end.signal)) {
      const { uid = '', name, labels } = object.metadata;
      if (type === 'DELETED') this.#pods.delete(uid);
      else {
        if (!this.#pods.has(uid) && labels?.['app'] === 'db') void this.#makeReady(name);
        this.#pods.set(uid, object);
      }
      changed();
    }
  }

  async #makeReady(name: string): Promise<void> {
    if (this.#playing) {
      this.#moved += 1;
      await sleep(this.#moved === 1 ? slow : quick);
    }
    const body = { metadata: { annotations: { [podAnnotations.ready]: 'true' } } };
    await this.#cluster.admin.patch(`${this.#path}/${name}`, body).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }
}

function markOf({ metadata, status }: Pod): PodMark {
  if (metadata.deletionTimestamp !== undefined) return 'ending';
  return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ? 'running' : 'starting';
}
