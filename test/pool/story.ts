import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AuditEntry } from '../cluster/audit.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { createNamespace } from '../cluster/workload.ts';
import { historyOf } from '../observer/from-audit.ts';
import { breaches } from '../observer/moments.ts';
import { command, Pool, type PoolMachine } from './pool.ts';
import { StoryPods } from './story-pods.ts';

export interface NodeObject extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

export interface LeaseObject extends KubernetesObject {
  readonly spec?: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}

const statusAnnotation = 'kured-host/status';

/** One node in a pool and a cluster of its own kind: what people and pods do to it, and what it says. */
export class Story implements AsyncDisposable {
  readonly cluster: ClusterAccess;
  readonly pool: Pool;
  readonly machine: Machine;
  readonly pods: StoryPods;

  private constructor(cluster: ClusterAccess, pool: Pool, machine: Machine, namespace: string) {
    this.cluster = cluster;
    this.pool = pool;
    this.machine = machine;
    this.pods = new StoryPods(cluster, machine.name, namespace);
  }

  /** The machine is up, its kubelet has registered it, and nothing is needed yet. */
  static async begin(cluster: ClusterAccess, options: PoolMachine = {}): Promise<Story> {
    const pool = await Pool.open(cluster);
    const [machine, namespace] = await Promise.all([pool.add(options), createNamespace(cluster, 'work')]);
    const story = new Story(cluster, pool, machine, namespace);
    await story.node('it to be registered', (node) => node !== undefined);
    return story;
  }

  get name(): string {
    return this.machine.name;
  }

  get nodePath(): string {
    return `/api/v1/nodes/${this.name}`;
  }

  /** What a person types; it has to succeed. */
  async kubectl(...parameters: readonly string[]): Promise<void> {
    const { code, stderr } = await this.cluster.kubectl(parameters);
    assert.equal(code, 0, stderr);
  }

  /** An annotation on the pool's Lease, as a person sets it; null takes it away. */
  async annotateLease(name: string, value: string | null): Promise<void> {
    const change = value === null ? `${name}-` : `${name}=${value}`;
    await this.kubectl('annotate', '--overwrite', 'lease', '-n', this.pool.namespace, 'kured-host', change);
  }

  async node(what: string, is: (node: NodeObject | undefined) => boolean, limit = 60_000): Promise<NodeObject> {
    const node = await this.cluster.admin.until<NodeObject>(this.nodePath, what, is, limit);
    return node as NodeObject;
  }

  async lease(what: string, is: (lease: LeaseObject | undefined) => boolean, limit = 60_000): Promise<LeaseObject> {
    const lease = await this.cluster.admin.until<LeaseObject>(this.pool.leasePath, what, is, limit);
    return lease as LeaseObject;
  }

  /** Resolves with the sentence on the Node once it matches. */
  async says(pattern: RegExp, limit = 60_000): Promise<string> {
    const node = await this.node(
      `the sentence on the Node to match ${pattern}`,
      (now) => pattern.test(now?.metadata.annotations?.[statusAnnotation] ?? ''),
      limit,
    );
    return node.metadata.annotations?.[statusAnnotation] ?? '';
  }

  /** The same, and `kured-host why` and `kured-host status` have the words as well. */
  async shows(pattern: RegExp): Promise<void> {
    await this.says(pattern);
    const [why, status] = await Promise.all([this.cli('why'), this.cli('status')]);
    assert.match(why, pattern);
    assert.match(status, pattern);
  }

  /** The same, and the log has them. */
  async showsAndLogs(pattern: RegExp): Promise<void> {
    await this.shows(pattern);
    await this.machine.awaitLog(pattern);
  }

  /** What the shipped command prints in the machine. */
  async cli(...parameters: readonly string[]): Promise<string> {
    const { stdout, stderr } = await this.machine.run([...command, ...parameters]);
    return `${stdout}${stderr}`;
  }

  /** A second node, that only takes pods; its name. */
  async addOtherNode(): Promise<string> {
    const other = await this.pool.add({ service: ['sleep', 'infinity'] });
    await other.kubelet?.awaitReported(true);
    return other.name;
  }

  /** When the next try is, in milliseconds since 1970, once the Node shows it with this cause after so many failures. */
  async triesAgainAt(cause: RegExp, failures: number): Promise<number> {
    const shown = (node: NodeObject | undefined): string | undefined => {
      const said = node?.metadata.annotations?.[statusAnnotation] ?? '';
      const { backOff } = this.memory();
      const at = /^reboot needed: tries again at (\S+), because /.exec(said)?.[1];
      const same = Math.abs(Date.parse(at ?? '') - (backOff?.until ?? 0)) < 2_000;
      return backOff?.failures === failures && same && cause.test(said) ? at : undefined;
    };
    const node = await this.node(`its next try to be shown, ${cause}`, (now) => shown(now) !== undefined);
    return Date.parse(shown(node) ?? '');
  }

  /** The distance to the next try is over: the same as waiting for it, as far as a process that starts can tell. */
  async timePasses(): Promise<void> {
    const { backOff, ...rest } = this.memory();
    await this.machine.killService();
    writeFileSync(this.memoryFile, JSON.stringify({ ...rest, backOff: backOff && { ...backOff, until: Date.now() } }));
    await this.machine.startService();
  }

  /** When the claim of this node was given back, milliseconds since 1970 by the API server's clock. */
  releasedAt(): number {
    return (this.leaseWrites((holders) => holders === undefined).at(-1)?.answered ?? 0) / 1000;
  }

  /** When the fence was written, microseconds since 1970 by the API server's clock. */
  fencedAt(): number {
    return this.leaseWrites((holders) => holders?.includes('"phase":"rebooting"') === true).at(0)?.received ?? 0;
  }

  leaseWrites(are: (holders: string | undefined) => boolean): readonly AuditEntry[] {
    const written = { verb: 'update', resource: 'leases', namespace: this.pool.namespace, code: 200 } as const;
    return this.cluster.auditLog.entries(written).filter(({ responseObject }) => {
      const { metadata } = responseObject as LeaseObject;
      return are(metadata.annotations?.['kured-host/holders']);
    });
  }

  /** The names of the pods whose eviction this node asked for, in alphabetical order. */
  evictionsOf(): readonly string[] {
    const asked = { user: `system:node:${this.name}`, resource: 'pods', subresource: 'eviction' } as const;
    const entries = this.cluster.auditLog.entries({ ...asked, namespace: this.pods.namespace, since: this.pool.began });
    return [...new Set(entries.map(({ objectRef }) => objectRef.name ?? ''))].sort();
  }

  /** A holder that is none of our machines, as another node's claim looks. */
  async addForeignHolder(node: string): Promise<void> {
    const time = new Date().toISOString();
    const need = { fingerprint: 'f', reasons: ['a kernel'] };
    const rest = { phase: 'draining', by: 'somebody', attempt: 0, starts: 0, need, limit: 1, reads: 1 };
    const entry = { node, uid: 'u', machine: 'm', claim: 'c', boot: 'b', ...rest, since: time, changed: time };
    const { spec } = await this.cluster.admin.get<LeaseObject>(this.pool.leasePath);
    await this.cluster.admin.patch(this.pool.leasePath, {
      metadata: { annotations: { 'kured-host/holders': JSON.stringify([entry]) } },
      spec: { holderIdentity: node, leaseTransitions: (spec?.leaseTransitions ?? 0) + 1 },
    });
  }

  async removeForeignHolder(): Promise<void> {
    const annotations = { 'kured-host/holders': null };
    await this.cluster.admin.patch(this.pool.leasePath, { metadata: { annotations }, spec: { holderIdentity: null } });
  }

  /** What a person finds after work that was given up: no claim, no mark, no reboot, and the Node cordoned or not. */
  async undone(cordoned: boolean): Promise<void> {
    await this.lease('it to be free', free);
    const node = await this.node('it to be without our mark', (now) => now !== undefined && !marked(now));
    assert.deepEqual([isCordoned(node), this.machine.rebootsAsked], [cordoned, 0]);
  }

  /** Rebooted once, restored, and the Lease free again. */
  async rebootedOnce(): Promise<void> {
    await this.pool.rebooted(this.machine);
    await this.lease('it to be free', free);
    assert.deepEqual([this.machine.boots, this.machine.rebootsAsked], [2, 1]);
  }

  /** The answered evictions that this node asked for, by the audit log. */
  evictions(name: string): readonly AuditEntry[] {
    const asked = { user: `system:node:${this.name}`, resource: 'pods', subresource: 'eviction', name } as const;
    return this.cluster.auditLog.entries({ ...asked, namespace: this.pods.namespace, since: this.pool.began });
  }

  /** What is remembered on the machine's disk over restarts. */
  memory(): { readonly backOff: { readonly failures: number; readonly until: number } | null } {
    return existsSync(this.memoryFile) ? JSON.parse(readFileSync(this.memoryFile, 'utf8')) : { backOff: null };
  }

  get memoryFile(): string {
    return this.machine.folders.hostPath('/var/lib/kured-host/memory.json');
  }

  /** Nothing in the pool's history broke a law, and nothing was waited for by GET. */
  async keptToTheRules(): Promise<void> {
    assert.deepEqual(breaches(await historyOf(this.pool), 1, { account: this.pool.account }), []);
    this.noGetOfPods();
  }

  /** A node never learns by GET what became of a pod: the API server refuses a node the pod that is gone. */
  noGetOfPods(): void {
    const read = { verb: 'get', resource: 'pods', user: `system:node:${this.name}`, since: this.pool.began } as const;
    assert.deepEqual(this.cluster.auditLog.entries(read), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool[Symbol.asyncDispose]();
  }
}

export function isCordoned(node: NodeObject): boolean {
  return node.spec?.unschedulable === true;
}

export function marked(node: NodeObject): boolean {
  return node.metadata.annotations?.['kured-host/claim'] !== undefined;
}

export function free(lease: LeaseObject | undefined): boolean {
  return lease !== undefined && lease.metadata.annotations?.['kured-host/holders'] === undefined;
}

export function holds(lease: LeaseObject | undefined): boolean {
  return lease?.metadata.annotations?.['kured-host/holders'] !== undefined;
}
