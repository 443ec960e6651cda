import { mapsAt, textAt } from '../fakes/api/object.ts';
import { time as timeText } from '../fakes/api/times.ts';
import { nodeUser } from '../fakes/api/user.ts';
import type { Network } from './network.ts';

/** More seldom than a kubelet reports a status that does not change (nodeStatusReportFrequency: 5 min): nothing rests on it. */
const heartbeat = 1_200_000;
/** How long the node lifecycle controller waits for a silent kubelet. */
const grace = 50_000;
const retryAfter = 5_000;

/** A machine's kubelet: registers its Node, reports its boot and whether it is Ready, when that changes and every few minutes. */
export class Kubelet {
  readonly #node: string;
  readonly #network: Network;
  #cancel = (): void => {};
  #boot: string | null = null;
  #ready = true;

  constructor(node: string, network: Network) {
    this.#node = node;
    this.#network = network;
  }

  get running(): boolean {
    return this.#boot !== null;
  }

  /** Under which it runs; null: it does not. */
  get boot(): string | null {
    return this.#boot;
  }

  /** It runs from now on, under this boot. */
  start(boot: string, ready = true): void {
    this.#boot = boot;
    this.#ready = ready;
    this.#report();
  }

  setReady(ready: boolean): void {
    if (this.#ready === ready || this.#boot === null) return;
    this.#ready = ready;
    this.#report();
  }

  /** The machine is down, or the kubelet is; after a while the control plane does not know any more. */
  stop(): void {
    if (this.#boot === null) return;
    this.#boot = null;
    this.#next(grace, () => this.#givenUp());
  }

  #next(ms: number, then: () => void): void {
    this.#cancel();
    this.#cancel = this.#network.time.timer(ms, then);
  }

  #report(): void {
    this.#next(this.#reported() ? heartbeat : retryAfter, () => this.#report());
  }

  #reported(): boolean {
    const { cluster, serving } = this.#network;
    if (!serving) return false;
    const node = cluster.store.get('nodes', '', this.#node);
    if (node === undefined) {
      const labels = { 'kubernetes.io/hostname': this.#node };
      this.#ask('POST', '/api/v1/nodes', { metadata: { name: this.#node, labels } });
    }
    const ready = this.#condition(this.#ready ? 'True' : 'False', this.#ready ? 'KubeletReady' : 'KubeletNotReady');
    const status = { conditions: [ready], nodeInfo: { bootID: this.#boot, kubeletVersion: 'v1.36.3' } };
    return this.#ask('PATCH', `/api/v1/nodes/${this.#node}/status`, { status }) === 200;
  }

  #ask(method: string, path: string, body: unknown): number {
    const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
    return this.#network.cluster.ask(nodeUser(this.#node), method, path, body, type).code;
  }

  #condition(status: 'True' | 'False' | 'Unknown', reason: string): object {
    const { cluster, time } = this.#network;
    const now = timeText(time.now().wall);
    const node = cluster.store.get('nodes', '', this.#node);
    const old = mapsAt(node?.status, 'conditions').find((each) => each.type === 'Ready');
    const since = textAt(old, 'status') === status ? textAt(old, 'lastTransitionTime') : now;
    return { type: 'Ready', status, reason, message: '', lastHeartbeatTime: now, lastTransitionTime: since };
  }

  #givenUp(): void {
    const { store } = this.#network.cluster;
    const node = store.get('nodes', '', this.#node);
    if (node === undefined) return;
    const others = mapsAt(node.status, 'conditions').filter((each) => each.type !== 'Ready');
    const unknown = { ...this.#condition('Unknown', 'NodeStatusUnknown') };
    store.put('nodes', { ...node, status: { ...node.status, conditions: [...others, unknown] } });
  }
}
