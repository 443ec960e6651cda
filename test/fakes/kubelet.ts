import { after } from '../../src/ports/clock.ts';
import { type KubeObject, mapsAt, textAt } from './api/object.ts';
import { microTime, time } from './api/times.ts';
import { nodeUser } from './api/user.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { KubeletPods } from './kubelet-pods.ts';

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

/** The cluster it belongs to; while `running` is false nobody answers it. */
type KubeletsCluster = Pick<FakeCluster, 'store' | 'clock' | 'ask'> & { readonly running?: boolean };

/** How long the node lifecycle controller waits for a silent kubelet. */
const gracePeriod = 50_000;
const leaseEvery = 10_000;
const retryAfter = 1000;

export function startFakeKubelet(cluster: KubeletsCluster, options: FakeKubeletOptions): FakeKubelet {
  const kubelet = new Kubelet(cluster, options);
  kubelet.up(options.bootID);
  return kubelet;
}

class Kubelet implements FakeKubelet {
  readonly node: string;
  bootID: string;
  readonly #cluster: KubeletsCluster;
  readonly #options: FakeKubeletOptions;
  readonly #timers = new Set<() => void>();
  readonly #pods: KubeletPods;
  readonly #unsubscribe: () => void;
  #alive = false;
  #ready = { is: true, message: 'kubelet is posting ready status' };

  constructor(cluster: KubeletsCluster, options: FakeKubeletOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.node = options.node;
    this.bootID = options.bootID;
    this.#pods = new KubeletPods({
      node: this.node,
      cluster,
      later: (ms, work) => this.#later(ms, work),
      ask: (method, path, body) => this.#ask(method, path, body),
      exits: options.exits ?? (() => null),
    });
    this.#unsubscribe = cluster.store.subscribe({
      committed: ({ resource, type, object }) => {
        if (resource === 'pods' && type !== 'DELETED') this.#later(0, () => this.#pods.lookAfter(object));
      },
      restored: () => this.#later(0, () => this.#pods.lookAfterAll()),
    });
  }

  setReady(ready: boolean, message = ready ? 'kubelet is posting ready status' : 'container runtime is down'): void {
    this.#ready = { is: ready, message };
    if (this.#alive) this.#report();
  }

  down(): void {
    this.#alive = false;
    this.#pods.forget();
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
      this.#pods.lookAfterAll();
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
    const cancel = after(this.#cluster.clock, ms, () => {
      this.#timers.delete(cancel);
      if (this.#alive || evenDown) work();
    });
    this.#timers.add(cancel);
  }

  /** The answer's code; 0 when no API server runs. */
  #ask(method: string, path: string, body: unknown): number {
    if (this.#cluster.running === false) return 0;
    const contentType = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
    return this.#cluster.ask(nodeUser(this.node), method, path, body, contentType).code;
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
    const now = time(this.#cluster.clock.now().wall);
    const node = this.#cluster.store.get('nodes', '', this.node);
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
    const renewTime = microTime(this.#cluster.clock.now().wall);
    const spec = { holderIdentity: this.node, leaseDurationSeconds: 40, renewTime };
    const code = this.#ask('PATCH', `${path}/${this.node}`, { spec });
    if (code === 404) this.#ask('POST', path, { metadata: { name: this.node }, spec });
    this.#later(leaseEvery, () => this.#renew());
  }

  #giveUpOn(): void {
    const node = this.#cluster.store.get('nodes', '', this.node);
    if (node === undefined) return;
    const others = mapsAt(node.status, 'conditions').filter((each) => each.type !== 'Ready');
    const unknown = {
      ...mapsAt(node.status, 'conditions').find((each) => each.type === 'Ready'),
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: time(this.#cluster.clock.now().wall),
    };
    this.#cluster.store.put('nodes', { ...node, status: { ...node.status, conditions: [...others, unknown] } });
  }
}
