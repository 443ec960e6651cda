import { after } from '../../src/ports/clock.ts';
import { isReady } from '../fakes/api/budgets.ts';
import { type JsonMap, type KubeObject, textAt } from '../fakes/api/object.ts';
import { admin } from '../fakes/api/user.ts';
import type { FakeApiServer } from '../fakes/api-server.ts';

interface Workload {
  readonly name: string;
  readonly controller: 'ReplicaSet' | 'StatefulSet' | 'DaemonSet';
  /** On which nodes its pods begin, by number. */
  readonly on: readonly number[];
  /** Milliseconds until a pod that is made anew is Ready: the first one, and every later one. */
  readonly starts: readonly [number, number];
}

/** The first `db` that moves catches up slowly, so that its budget blocks the next drain for a while. */
const workloads: readonly Workload[] = [
  { name: 'web', controller: 'ReplicaSet', on: [0, 1, 2, 3, 4, 0, 3], starts: [700, 700] },
  { name: 'db', controller: 'StatefulSet', on: [0, 1, 2], starts: [5300, 700] },
  { name: 'log', controller: 'DaemonSet', on: [0, 1, 2, 3, 4], starts: [0, 0] },
];

const namespace = 'default';
const path = `/api/v1/namespaces/${namespace}/pods`;
/** How long a pod takes to end, and a controller to notice, in milliseconds. */
const endsAfter = 700;
const madeAfter = 200;

export type PodMark = 'running' | 'starting' | 'ending';

/** The pods of the story with what ends them, makes them anew on another node, and calls them Ready. */
export class Pods implements Disposable {
  readonly #server: FakeApiServer;
  readonly #nodes: readonly string[];
  readonly #cancels = new Set<() => void>();
  readonly #moved = new Set<string>();
  readonly #ending = new Set<string>();
  #made = 0;

  constructor(server: FakeApiServer, nodes: readonly string[]) {
    this.#server = server;
    this.#nodes = nodes;
  }

  start(): void {
    this.#ask('POST', `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
      metadata: { name: 'db', namespace },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'db' } } },
    });
    for (const workload of workloads)
      for (const [index, node] of workload.on.entries())
        this.#make(workload, `${workload.name}-${index}`, this.#nodes[node] ?? '', 0);
    this.#made = Math.max(...workloads.map(({ on }) => on.length));
    const cancel = this.#server.store.subscribe({
      committed: ({ resource, type, object }) => {
        if (resource !== 'pods') return;
        if (type === 'DELETED') this.#later(madeAfter, () => this.#replace(object));
        else if (object.metadata.deletionTimestamp !== undefined) this.#end(object);
      },
      restored: () => {},
    });
    this.#cancels.add(cancel);
  }

  /** The pods on that node that a drain moves, oldest name first. */
  on(node: string): readonly PodMark[] {
    const here = this.#server.store.list('pods').filter((pod) => textAt(pod.spec, 'nodeName') === node);
    return here.filter((pod) => workloadOf(pod)?.controller !== 'DaemonSet').map(markOf);
  }

  [Symbol.dispose](): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #end(pod: KubeObject): void {
    const { name = '', uid = '' } = pod.metadata;
    if (this.#ending.has(uid)) return;
    this.#ending.add(uid);
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    this.#later(endsAfter, () => this.#ask('DELETE', `${path}/${name}`, body));
  }

  #replace(pod: KubeObject): void {
    const workload = workloadOf(pod);
    if (workload === undefined || workload.controller === 'DaemonSet') return;
    const stable = workload.controller === 'StatefulSet';
    const name = stable ? (pod.metadata.name ?? '') : `${workload.name}-${this.#made++}`;
    const starts = workload.starts[this.#moved.has(workload.name) ? 1 : 0];
    this.#moved.add(workload.name);
    this.#make(workload, name, this.#choose(workload.name), starts);
  }

  /** A schedulable node, of these the ones without a sibling first, of these the emptiest. */
  #choose(app: string): string {
    const { store } = this.#server;
    const pods = store.list('pods');
    const weight = (node: string): number => {
      const here = pods.filter((pod) => textAt(pod.spec, 'nodeName') === node);
      return here.length + (here.some((pod) => appOf(pod) === app) ? 100 : 0);
    };
    const open = this.#nodes.filter((node) => store.get('nodes', '', node)?.spec?.unschedulable !== true);
    return open.sort((a, b) => weight(a) - weight(b))[0] ?? '';
  }

  #make(workload: Workload, name: string, node: string, starts: number): void {
    const { name: app, controller: kind } = workload;
    const owner = { apiVersion: 'apps/v1', kind, name: app, uid: `uid-of-${app}`, controller: true };
    this.#ask('POST', path, {
      metadata: { name, namespace, labels: { app }, ownerReferences: [owner] },
      spec: { nodeName: node, terminationGracePeriodSeconds: 30, containers: [{ name: app, image: app }] },
    });
    this.#report(name, 'False');
    if (starts === 0) this.#report(name, 'True');
    else this.#later(starts, () => this.#report(name, 'True'));
  }

  #report(name: string, ready: 'True' | 'False'): void {
    const pod = this.#server.store.get('pods', namespace, name);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] };
    this.#ask('PATCH', `${path}/${name}/status`, { status });
  }

  #ask(method: string, target: string, body: JsonMap): void {
    const { code, body: answer } = this.#server.ask(admin, method, target, body);
    if (code >= 300 && code !== 404 && code !== 409) throw new Error(`${method} ${target}: ${JSON.stringify(answer)}`);
  }

  #later(ms: number, work: () => void): void {
    const cancel = after(this.#server.clock, ms, () => {
      this.#cancels.delete(cancel);
      work();
    });
    this.#cancels.add(cancel);
  }
}

function markOf(pod: KubeObject): PodMark {
  if (pod.metadata.deletionTimestamp !== undefined) return 'ending';
  return isReady(pod) ? 'running' : 'starting';
}

function workloadOf(pod: KubeObject): Workload | undefined {
  return workloads.find(({ name }) => name === appOf(pod));
}

function appOf({ metadata }: KubeObject): string {
  return metadata.labels?.['app'] ?? '';
}
