import { type JsonMap, type KubeObject, textAt } from './api/object.ts';
import { time } from './api/times.ts';
import type { FakeCluster } from './fake-cluster.ts';

export interface KubeletPodsOptions {
  readonly node: string;
  readonly cluster: Pick<FakeCluster, 'store' | 'clock'>;
  /** Runs `work` after `ms`, unless the machine is down by then. */
  readonly later: (ms: number, work: () => void) => void;
  /** One request as the node; answers its code, 0 when no API server runs. */
  readonly ask: (method: string, path: string, body: unknown) => number;
  /** How long a pod takes to end once asked, in milliseconds; null: as its annotation says, or its whole grace period. */
  readonly exits: (pod: KubeObject) => number | null;
}

const retryAfter = 1000;

/** What a kubelet does with the pods that are bound to its node: runs them, and deletes terminating ones that have ended. */
export class KubeletPods {
  readonly #options: KubeletPodsOptions;
  /** Pods, by uid and time of their end, whose end is under way. */
  readonly #ending = new Set<string>();

  constructor(options: KubeletPodsOptions) {
    this.#options = options;
  }

  /** After the machine was down nothing is under way. */
  forget(): void {
    this.#ending.clear();
  }

  lookAfterAll(): void {
    for (const pod of this.#options.cluster.store.list('pods')) this.lookAfter(pod);
  }

  /** Brings the pod, as it is stored now, where it should be. */
  lookAfter({ metadata }: KubeObject): void {
    const pod = this.#options.cluster.store.get('pods', metadata.namespace ?? '', metadata.name ?? '');
    if (pod === undefined || textAt(pod.spec, 'nodeName') !== this.#options.node) return;
    if (pod.metadata.deletionTimestamp !== undefined) this.#end(pod);
    else if (textAt(pod.status, 'phase') === 'Pending') this.#run(pod);
  }

  #run(pod: KubeObject): void {
    const { ask, later } = this.#options;
    const now = time(this.#wall());
    const ready = pod.metadata.annotations?.['stand-in/ready'] === 'false' ? 'False' : 'True';
    const conditions: JsonMap[] = [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: now },
      { type: 'Ready', status: ready, lastTransitionTime: now },
    ];
    const body = { metadata: { uid: pod.metadata.uid }, status: { phase: 'Running', startTime: now, conditions } };
    if (ask('PATCH', `${pathOf(pod)}/status`, body) === 0) later(retryAfter, () => this.lookAfter(pod));
  }

  #end(pod: KubeObject): void {
    const { uid = '', deletionTimestamp = '', deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
    const end = Date.parse(deletionTimestamp);
    const takes = this.#options.exits(pod) ?? annotated(pod);
    const ended = takes === null ? end : Math.min(end, end - grace * 1000 + takes);
    const key = `${uid} ${ended}`;
    if (this.#ending.has(key)) return;
    this.#ending.add(key);
    this.#options.later(Math.max(0, ended - this.#wall()), () => this.#remove(pod, key));
  }

  #remove(pod: KubeObject, key: string): void {
    const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    if (this.#options.ask('DELETE', pathOf(pod), body) !== 0) return;
    this.#ending.delete(key);
    this.#options.later(retryAfter, () => this.lookAfter(pod));
  }

  #wall(): number {
    return this.#options.cluster.clock.now().wall;
  }
}

function pathOf({ metadata }: KubeObject): string {
  return `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
}

/** The annotation `stand-in/exits-after`, as Go writes durations of one unit ("500ms", "20s"); null without it. */
function annotated(pod: KubeObject): number | null {
  const [, number = '', unit = ''] =
    /^([\d.]+)(ms|s|m)$/.exec(pod.metadata.annotations?.['stand-in/exits-after'] ?? '') ?? [];
  if (number === '') return null;
  return Number(number) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? 1);
}
