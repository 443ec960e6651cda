import type { ClusterAccess } from '../cluster/control-plane.ts';
import { uniqueName } from '../cluster/workload.ts';
import { type HistorySource, historyOf } from '../observer/from-audit.ts';
import type { Moment } from '../observer/moments.ts';
import { Pool } from '../pool/pool.ts';
import { type Suite, suites } from './available.ts';
import { putCredentials } from './credentials.ts';
import { type Guest, type GuestOptions, makeGuest } from './guest.ts';
import { packagedLayer } from './packaged.ts';

export interface PoolGuest extends Partial<Omit<GuestOptions, 'kubelet'>> {
  readonly kubelet?: Partial<Omit<NonNullable<GuestOptions['kubelet']>, 'cluster'>>;
  /** More lines of its configuration, beside the Lease's place. */
  readonly settings?: string;
  /** Our deb is in it from the start; default true. */
  readonly packaged?: boolean;
  /** Default true. */
  readonly booted?: boolean;
}

/** A pool on a real cluster whose nodes are guests: one Lease by the product's own manifest, and a node certificate each. */
export class GuestPool implements AsyncDisposable {
  readonly pool: Pool;
  readonly guests: Guest[] = [];

  private constructor(pool: Pool) {
    this.pool = pool;
  }

  static async open(cluster: ClusterAccess): Promise<GuestPool> {
    return new GuestPool(await Pool.open(cluster));
  }

  get cluster(): ClusterAccess {
    return this.pool.cluster;
  }

  /** A guest of this pool: credentials where kubeadm has them, a drop-in that names the Lease, its kubelet's stand-in. */
  async add(options: PoolGuest = {}): Promise<Guest> {
    const { name = uniqueName('guest'), suite = 'bookworm', packaged = true, booted = true, settings = '' } = options;
    const layers = [...(options.layers ?? []), ...(packaged ? [await packagedLayer(suite)] : [])];
    const kubeconfig = await this.cluster.nodeKubeconfig(name);
    const kubelet = { cluster: this.cluster, kubeconfig, ...options.kubelet };
    const guest = await makeGuest({ ...options, name, suite, layers, kubelet });
    this.guests.push(guest);
    await putCredentials(guest, this.cluster);
    guest.put('/etc/kured-host/config.d/50-test.yaml', `${this.settings}${settings}`);
    if (booted) await guest.boot();
    return guest;
  }

  /** What a guest's configuration needs to know of this pool. */
  get settings(): string {
    return `lease: {namespace: ${this.pool.namespace}, name: ${this.pool.name}}\n`;
  }

  /** Resolves when the Node is uncordoned and without a mark under the guest's present boot ID. */
  async rebooted(guest: Guest, boots = guest.boots + 1, milliseconds = 120_000): Promise<void> {
    await guest.awaitBoot(boots, milliseconds);
    await this.cluster.admin.until(
      `/api/v1/nodes/${guest.name}`,
      `${guest.name} to be restored after boot ${boots}`,
      (node) => {
        const annotations = node?.metadata.annotations ?? {};
        return (
          annotations['kured-host/claim'] === undefined &&
          (annotations['kured-host/handled'] ?? '').includes(guest.bootId)
        );
      },
      milliseconds,
    );
  }

  /** What happened to the Lease and the Nodes, by the audit log. */
  async history(): Promise<readonly Moment[]> {
    return await historyOf(this.source);
  }

  get source(): HistorySource {
    const { cluster, namespace, name, began, leasePath } = this.pool;
    return { cluster, namespace, name, began, leasePath, machines: this.guests };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.guests.map((guest) => guest[Symbol.asyncDispose]()));
    await this.pool[Symbol.asyncDispose]();
  }
}

/** The suites in order of their systemd's age; for tests that run on each. */
export const eachSuite = Object.keys(suites) as readonly Suite[];
