import { type KubeObject, mapsAt, textAt } from '../fakes/api/object.ts';
import { admin, nodeUser } from '../fakes/api/user.ts';
import { KubeletPods } from '../fakes/kubelet-pods.ts';
import type { Commit } from '../fakes/store.ts';
import { lasting, recurring } from './faults/recurring.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

const minute = 60_000;
/** How often controllers and kubelets look again at what no event told them of. */
const lookAgain = 60_000;
const namespace = '/api/v1/namespaces/default/pods';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const volume = 'example.com/volume';

/** Pods on all nodes, and what looks after them: each is put on a node that takes it, and made anew when it is gone. */
export function startWorkload(world: World): void {
  new Workload(world).begin();
}

class Workload {
  readonly #world: World;
  readonly #kubelets: ReadonlyMap<string, NodePods>;
  /** Pods as those of a StatefulSet: each name is there once at most. */
  readonly #names: readonly string[];
  /** How often each was made. */
  readonly #made = new Map<string, number>();
  /** When the volume comes off each pod that ends and has one. */
  readonly #detached = new Map<string, number>();
  /** Who is put back where it was, cordoned or not. */
  readonly #returns = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#kubelets = new Map(world.machines.map((machine) => [machine.name, new NodePods(machine, world)]));
    const count = Math.floor(world.strikes.chance('pods/count') * 2 * world.plan.nodes);
    this.#names = Array.from({ length: count }, (_, index) => `web-${index + 1}`);
  }

  begin(): void {
    const { cluster, time } = this.#world;
    const spec = { selector: { matchLabels: { app: 'web' } }, minAvailable: this.#names.length - 1 };
    if (this.#names.length > 0) this.#ask('POST', budgets, { metadata: { name: 'web', namespace: 'default' }, spec });
    cluster.store.subscribe({
      committed: (commit) => commit.resource === 'pods' && this.#seen(commit),
      // A pod that had ended is there again, and ends again.
      restored: () => {
        for (const kubelet of this.#kubelets.values()) kubelet.forget();
      },
    });
    recurring(this.#world, 'budget-shut', 'web', (name) => this.#shutBudget(name));
    const round = (): void => {
      this.#place();
      this.#detach();
      this.#reviewBudget();
      for (const kubelet of this.#kubelets.values()) kubelet.lookAgain();
      time.timer(lookAgain, round);
    };
    time.timer(lookAgain, round);
  }

  #seen({ type, object }: Commit): void {
    const { name = '' } = object.metadata;
    const node = textAt(object.spec, 'nodeName');
    const { strikes, time, weather } = this.#world;
    const made = this.#made.get(name) ?? 0;
    if (type !== 'DELETED') {
      time.timer(20, () => this.#kubelets.get(node)?.lookAfter(object));
      return;
    }
    if (this.#names.includes(name) && strikes.at('pod-returns', `${name}/${made}`)) this.#returns.set(name, node);
    time.timer(weather.between(`${name}/${made}/again`, 100, 5_000), () => this.#place());
  }

  /** Puts every pod that is not there on a node that takes it, if there is one. */
  #place(): void {
    if (!this.#world.network.serving) return;
    const { store } = this.#world.cluster;
    const there = new Set(store.list('pods').map(({ metadata }) => metadata.name));
    for (const name of this.#names.filter((one) => !there.has(one))) {
      const node = this.#returns.get(name) ?? this.#nodeFor(name);
      if (node !== null && store.get('nodes', '', node) !== undefined) this.#make(name, node);
    }
    for (const node of store.list('nodes')) {
      const name = `agent-${node.metadata.name}`;
      if (!there.has(name)) this.#makeAgent(name, node.metadata.name ?? '');
    }
  }

  #nodeFor(name: string): string | null {
    const nodes = this.#world.cluster.store.list('nodes').filter(takesPods);
    const at = Math.floor(this.#world.strikes.chance(`${name}/${this.#made.get(name) ?? 0}/node`) * nodes.length);
    return nodes[at]?.metadata.name ?? null;
  }

  #make(name: string, node: string): void {
    const made = (this.#made.get(name) ?? 0) + 1;
    this.#made.set(name, made);
    this.#returns.delete(name);
    const finalizers = this.#world.strikes.at('pod-sticks', `${name}/${made}`) ? [volume] : [];
    const metadata = { name, namespace: 'default', labels: { app: 'web' }, finalizers };
    this.#ask('POST', namespace, { metadata, spec: { ...containers, nodeName: node } });
  }

  /** One of a DaemonSet, which no drain waits for. */
  #makeAgent(name: string, node: string): void {
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'agent', controller: true };
    const metadata = { name, namespace: 'default', ownerReferences: [owner] };
    this.#ask('POST', namespace, { metadata, spec: { ...containers, nodeName: node } });
  }

  /** The volumes of pods that have ended come off them at last. */
  #detach(): void {
    for (const { metadata } of this.#world.cluster.store.list('pods')) {
      const { name = '', uid = '', deletionTimestamp, finalizers = [] } = metadata;
      if (deletionTimestamp === undefined || !finalizers.includes(volume)) continue;
      const known = this.#detached.get(uid);
      const { time, healed } = this.#world;
      const at = known ?? time.mono() + lasting(this.#world, `${name}/${uid}/detach`, minute, 20 * minute);
      this.#detached.set(uid, at);
      if (healed || time.mono() >= at) this.#ask('PATCH', `${namespace}/${name}`, { metadata: { finalizers: null } });
    }
  }

  /** An eviction that was allowed and not carried out counts for two minutes; the fake's disruption controller looks at changes only. */
  #reviewBudget(): void {
    for (const { status } of this.#world.cluster.store.list('poddisruptionbudgets.policy'))
      if (status?.disruptedPods !== undefined)
        this.#ask('PATCH', `${budgets}/web`, {
          metadata: { annotations: { reviewed: String(this.#world.time.mono()) } },
        });
  }

  /** Somebody's budget allows no disruption for a while. */
  #shutBudget(name: string): void {
    const allow = (disruptions: number): void => {
      const spec = { minAvailable: this.#names.length - disruptions };
      this.#ask('PATCH', `${budgets}/web`, { spec });
    };
    this.#world.timeline.note('the budget', 'allows no disruption');
    allow(0);
    this.#world.onHeal(() => allow(1));
    this.#world.time.timer(lasting(this.#world, name, minute, 60 * minute), () => allow(1));
  }

  #ask(method: string, path: string, body: unknown): boolean {
    const { network, cluster } = this.#world;
    return network.serving && cluster.ask(admin, method, path, body).code < 300;
  }
}

const containers = { containers: [{ name: 'one', image: 'registry.example/one' }] };

function takesPods(node: KubeObject): boolean {
  const ready = mapsAt(node.status, 'conditions').some((each) => each.type === 'Ready' && each.status === 'True');
  return ready && node.spec?.unschedulable !== true;
}

/** What a machine's kubelet does with its pods while it runs. */
class NodePods {
  readonly #machine: Machine;
  readonly #pods: KubeletPods;
  #boot: string | null = null;

  constructor(machine: Machine, { cluster, network, time, strikes }: World) {
    this.#machine = machine;
    const { name: node } = machine;
    this.#pods = new KubeletPods({
      node,
      cluster,
      later: (ms, work) => {
        const { boot } = machine.kubelet;
        time.timer(ms, () => boot !== null && machine.kubelet.boot === boot && work());
      },
      ask: (method, path, body) => (network.serving ? cluster.ask(nodeUser(node), method, path, body).code : 0),
      exits: ({ metadata }) => 200 + strikes.chance(`${metadata.name}/${metadata.uid}/exits`) * 8_000,
    });
  }

  lookAfter(pod: KubeObject): void {
    if (this.#machine.kubelet.running) this.#pods.lookAfter(pod);
  }

  forget(): void {
    this.#pods.forget();
  }

  /** After a boot nothing is under way any more. */
  lookAgain(): void {
    const { boot } = this.#machine.kubelet;
    if (boot === null) return;
    if (boot !== this.#boot) this.#pods.forget();
    this.#boot = boot;
    this.#pods.lookAfterAll();
  }
}
