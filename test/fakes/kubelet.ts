import { type JsonMap, type KubeObject, mapsAt, textAt } from './api/object.ts';
import { microTime, time } from './api/times.ts';
import { nodeUser } from './api/user.ts';
import type { FakeApiServer } from './api-server.ts';

export interface FakeKubeletOptions {
  readonly node: string;
  readonly bootID: string;
  /** Milliseconds between two reports of the status; default: 10 s. */
  readonly heartbeat?: number;
  /** Milliseconds from the machine's start (or `up`) to the first report; default: 0. */
  readonly startDelay?: number;
  /** How long a pod's containers take to end once asked, in milliseconds; null: its whole grace period, the default. */
  readonly exits?: (pod: KubeObject) => number | null;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Does on the fake what a kubelet does and kured-host depends on: registers its Node, reports Ready and the boot ID with
 * heartbeats, renews its Lease, runs the pods that are bound to it, and deletes terminating ones when they have ended. As
 * its node: what a kubelet may not do fails.
 */
export interface FakeKubelet extends Disposable {
  readonly node: string;
  readonly bootID: string;
  /** Reports this from now on, at once the first time. */
  setReady(ready: boolean, message?: string): void;
  /** The machine goes down: no report, no pod ends. After 50 s the control plane calls it Unknown. */
  down(): void;
  /** It comes up with another boot (or the same one): its pods run again. */
  up(bootID: string): void;
}

/** How long the node lifecycle controller waits for a silent kubelet. */
const gracePeriod = 50_000;
const leaseEvery = 10_000;
const retryAfter = 1000;

export function startFakeKubelet(server: FakeApiServer, options: FakeKubeletOptions): FakeKubelet {
  const kubelet = new Kubelet(server, options);
  kubelet.up(options.bootID);
  return kubelet;
}

class Kubelet implements FakeKubelet {
  readonly node: string;
  bootID: string;
  readonly #server: FakeApiServer;
  readonly #options: FakeKubeletOptions;
  readonly #timers = new Set<() => void>();
  /** UIDs of terminating pods whose end is under way. */
  readonly #ending = new Set<string>();
  readonly #unsubscribe: () => void;
  #alive = false;
  #ready = { is: true, message: 'kubelet is posting ready status' };

  constructor(server: FakeApiServer, options: FakeKubeletOptions) {
    this.#server = server;
    this.#options = options;
    this.node = options.node;
    this.bootID = options.bootID;
    this.#unsubscribe = server.store.subscribe({
      committed: ({ resource, type, object }) => {
        if (resource === 'pods' && type !== 'DELETED') this.#later(0, () => this.#lookAfter(object));
      },
      restored: () => this.#later(0, () => this.#lookAfterAll()),
    });
  }

  setReady(ready: boolean, message = ready ? 'kubelet is posting ready status' : 'container runtime is down'): void {
    this.#ready = { is: ready, message };
    if (this.#alive) this.#report();
  }

  down(): void {
    this.#alive = false;
    this.#ending.clear();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#later(gracePeriod, () => this.#giveUpOn(), true);
  }

  up(bootID: string): void {
    this.down();
    this.bootID = bootID;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#alive = true;
    this.#later(this.#options.startDelay ?? 0, () => {
      this.#register();
      this.#beat();
      this.#renew();
      this.#lookAfterAll();
    });
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#alive = false;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** Runs `work` after `ms`, unless the machine is down by then. */
  #later(ms: number, work: () => void, evenDown = false): void {
    const cancel = this.#server.clock.timer(ms, () => {
      this.#timers.delete(cancel);
      if (this.#alive || evenDown) work();
    });
    this.#timers.add(cancel);
  }

  /** The answer's code; 0 when no API server runs. */
  #ask(method: string, path: string, body: unknown, type = 'application/strategic-merge-patch+json'): number {
    if (!this.#server.running) return 0;
    const contentType = method === 'PATCH' ? type : 'application/json';
    return this.#server.ask(nodeUser(this.node), method, path, body, contentType).code;
  }

  #register(): void {
    const labels = { 'kubernetes.io/hostname': this.node, ...this.#options.labels };
    const code = this.#ask('POST', '/api/v1/nodes', { metadata: { name: this.node, labels } });
    if (code !== 201 && code !== 409) this.#later(retryAfter, () => this.#register());
  }

  #beat(): void {
    this.#report();
    this.#later(this.#options.heartbeat ?? 10_000, () => this.#beat());
  }

  #report(): void {
    const { is, message } = this.#ready;
    const now = time(this.#server.clock.now().wall);
    const node = this.#server.store.get('nodes', '', this.node);
    const old = mapsAt(node?.status, 'conditions').find((each) => each.type === 'Ready');
    const status = is ? 'True' : 'False';
    const ready = {
      type: 'Ready',
      status,
      reason: is ? 'KubeletReady' : 'KubeletNotReady',
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: old?.status === status ? textAt(old, 'lastTransitionTime') : now,
    };
    const nodeInfo = { bootID: this.bootID, kubeletVersion: 'v1.36.3' };
    const body = { status: { conditions: [ready], nodeInfo } };
    const code = this.#ask('PATCH', `/api/v1/nodes/${this.node}/status`, body);
    if (code === 0) this.#later(retryAfter, () => this.#report());
  }

  #renew(): void {
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const renewTime = microTime(this.#server.clock.now().wall);
    const spec = { holderIdentity: this.node, leaseDurationSeconds: 40, renewTime };
    const code = this.#ask('PATCH', `${path}/${this.node}`, { spec });
    if (code === 404) this.#ask('POST', path, { metadata: { name: this.node }, spec });
    this.#later(leaseEvery, () => this.#renew());
  }

  #giveUpOn(): void {
    const node = this.#server.store.get('nodes', '', this.node);
    if (node === undefined) return;
    const others = mapsAt(node.status, 'conditions').filter((each) => each.type !== 'Ready');
    const unknown = {
      ...mapsAt(node.status, 'conditions').find((each) => each.type === 'Ready'),
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: time(this.#server.clock.now().wall),
    };
    this.#server.store.put('nodes', { ...node, status: { ...node.status, conditions: [...others, unknown] } });
  }

  #lookAfterAll(): void {
    for (const pod of this.#server.store.list('pods')) this.#lookAfter(pod);
  }

  #lookAfter({ metadata }: KubeObject): void {
    const pod = this.#server.store.get('pods', metadata.namespace ?? '', metadata.name ?? '');
    if (pod === undefined || textAt(pod.spec, 'nodeName') !== this.node) return;
    if (pod.metadata.deletionTimestamp !== undefined) this.#endPod(pod);
    else if (textAt(pod.status, 'phase') === 'Pending') this.#runPod(pod);
  }

  #runPod(pod: KubeObject): void {
    const now = time(this.#server.clock.now().wall);
    const ready = pod.metadata.annotations?.['stand-in/ready'] === 'false' ? 'False' : 'True';
    const conditions: JsonMap[] = [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: now },
      { type: 'Ready', status: ready, lastTransitionTime: now },
    ];
    const body = { metadata: { uid: pod.metadata.uid }, status: { phase: 'Running', startTime: now, conditions } };
    if (this.#ask('PATCH', `${pathOf(pod)}/status`, body) === 0) this.#later(retryAfter, () => this.#lookAfter(pod));
  }

  #endPod(pod: KubeObject): void {
    const { uid = '', deletionTimestamp = '', deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
    const end = Date.parse(deletionTimestamp);
    const takes = this.#options.exits?.(pod) ?? annotated(pod);
    const ended = takes === null ? end : Math.min(end, end - grace * 1000 + takes);
    const key = `${uid} ${ended}`;
    if (this.#ending.has(key)) return;
    this.#ending.add(key);
    this.#later(Math.max(0, ended - this.#server.clock.now().wall), () => this.#removePod(pod, key));
  }

  #removePod(pod: KubeObject, key: string): void {
    const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    if (this.#ask('DELETE', pathOf(pod), body) !== 0) return;
    this.#ending.delete(key);
    this.#later(retryAfter, () => this.#lookAfter(pod));
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
