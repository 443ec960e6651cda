import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { type Machine, type MachineOptions, makeMachine, rebootCommand } from '../cluster/machine.ts';
import { mustRun } from '../cluster/process.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { createNamespace, uniqueName } from '../cluster/workload.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = `${root}dist/app.cjs`;
const node = `${root}node_modules/.bin/node`;

/** How the shipped program is started in a machine: the built bundle, under the pinned Node. */
export const command: readonly string[] = [node, bundle];
export const daemon: readonly string[] = [...command, 'run'];

export type PoolMachine = Partial<Omit<MachineOptions, 'kubelet'>> & {
  readonly attempts?: number;
  readonly deadline?: string;
  /** What the daemon uses; absent: the node's own. */
  readonly kubeconfig?: string;
  /** What else stands in the sections `credentials`, `lease` and `reboot`: `impersonate: ""`. */
  readonly credentials?: string;
  readonly lease?: string;
  readonly reboot?: string;
  /** More lines of its configuration. */
  readonly settings?: string;
  readonly kubelet?: Partial<Omit<NonNullable<MachineOptions['kubelet']>, 'cluster'>>;
};

/** Why the built bundle cannot be started, or null. */
export function canRunBundle(): string | null {
  return existsSync(bundle) ? null : 'dist/app.cjs is not built (make build)';
}

/** A pool on a real cluster: its own namespace and Lease by the product's own manifest, and machines that run the bundle. */
export class Pool implements AsyncDisposable {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
  /** Of the Lease, and of its ServiceAccount. */
  readonly name: string;
  readonly began: number;
  readonly machines: Machine[] = [];

  private constructor(cluster: ClusterAccess, namespace: string, name: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    this.began = cluster.auditLog.now();
  }

  /** With `pool` another pool than the default one, by `manifest --pool`; with `namespace` beside one that is there. */
  static async open(cluster: ClusterAccess, options: { namespace?: string; pool?: string } = {}): Promise<Pool> {
    const { namespace = uniqueName('pool'), pool } = options;
    const opened = new Pool(cluster, namespace, pool === undefined ? 'kured-host' : `kured-host-${pool}`);
    await opened.applyManifest();
    return opened;
  }

  /** What an admin does once, and again when something of it was lost. */
  async applyManifest(): Promise<void> {
    const pool = this.name === 'kured-host' ? [] : ['--pool', this.name.slice('kured-host-'.length)];
    const input = await manifestOf(['--namespace', this.namespace, ...pool]);
    const applied = await this.cluster.kubectl(['apply', '-f', '-'], { input });
    if (applied.code !== 0) throw new Error(`the manifest was not applied: ${applied.stderr}`);
  }

  /** A namespace and the name of a Lease, nothing else: neither Lease nor grants. */
  static async bare(cluster: ClusterAccess, lease: string): Promise<Pool> {
    return new Pool(cluster, await createNamespace(cluster, 'pool'), lease);
  }

  get leasePath(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.namespace}/leases/${this.name}`;
  }

  /** The user that nodes act as. */
  get account(): string {
    return `system:serviceaccount:${this.namespace}:${this.name}`;
  }

  get lease(): Promise<LeaseObject> {
    return this.cluster.admin.get<LeaseObject & KubernetesObject>(this.leasePath);
  }

  /** A machine of this pool, booted. */
  async add(options: PoolMachine = {}): Promise<Machine> {
    const name = options.name ?? uniqueName('node');
    const kubeconfig = await this.cluster.nodeKubeconfig(name);
    const kubelet = { cluster: this.cluster, kubeconfig, ...options.kubelet };
    const machine = makeMachine({ service: daemon, ...options, name, kubelet });
    const config = this.config(options.kubeconfig ?? kubeconfig, options);
    writeFileSync(machine.folders.hostPath('/etc/kured-host/config.yaml'), config);
    this.machines.push(machine);
    await machine.boot();
    return machine;
  }

  config(kubeconfig: string, options: PoolMachine = {}): string {
    const { attempts = 3, deadline = '20s', credentials, lease, reboot, settings = '' } = options;
    const more = (section: string | undefined): string => (section === undefined ? '' : `, ${section}`);
    return `credentials: {kubeconfig: ${kubeconfig}${more(credentials)}}
lease: {namespace: ${this.namespace}, name: ${this.name}${more(lease)}}
reboot: {method: command, command: [${rebootCommand}], deadline: ${deadline}, attempts: ${attempts}${more(reboot)}}
logLevel: debug
${settings}
`;
  }

  /** Resolves when the Node is uncordoned and without a mark under its present boot ID, and nothing is in the Lease for it. */
  async rebooted(machine: Machine, boots = 2): Promise<void> {
    await machine.awaitBoot(boots, 90_000);
    await this.cluster.admin.until(
      `/api/v1/nodes/${machine.name}`,
      `${machine.name} to be restored after boot ${boots}`,
      (node) => {
        const handled = node?.metadata.annotations?.['kured-host/handled'];
        return (
          node?.metadata.annotations?.['kured-host/claim'] === undefined && (handled ?? '').includes(machine.bootId)
        );
      },
      60_000,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine[Symbol.asyncDispose]()));
  }
}

/** What `kured-host manifest` prints: RBAC comes from nowhere else. */
async function manifestOf(options: readonly string[]): Promise<string> {
  return (await mustRun([...command, 'manifest', ...options])).stdout;
}
