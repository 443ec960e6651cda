import type { Settings } from '../../src/core/settings.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import { Admin } from './admin.ts';
import { clusterAs } from './connections.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { manifestObjects } from './manifest.ts';

export const settings: Settings = {
  mode: 'reboot',
  credentials: { kubeconfig: null, impersonate: null, nodeName: null },
  lease: { namespace: 'kured-host', name: 'kured-host', priority: 0, takeOverAfter: null, releaseDelay: null },
  concurrency: 1,
  sentinel: { files: [], command: null, commandTimeout: 30_000, commandPeriod: 60_000 },
  maintenance: { windows: [], exclude: [], weekdayOf: 'opening', deadline: null, randomDelay: null },
  blockers: { packageManager: true, minimumUptime: null, prometheus: [], pods: [], commands: [], users: null },
  drain: {
    delay: null,
    timeout: 1_800_000,
    onTimeout: 'back-out',
    gracePeriodSeconds: null,
    podSelector: null,
    skipWaitForDeleteTimeout: null,
  },
  node: {
    beforeDrain: { labels: {}, annotations: {} },
    afterReboot: { labels: {}, annotations: {} },
    excludeFromLoadBalancers: false,
    loadBalancerDelay: 30_000,
    kuredAnnotations: false,
    preferNoScheduleTaint: null,
  },
  hooks: { timeout: 600_000 },
  reboot: {
    method: 'logind',
    command: null,
    signal: 39,
    delay: null,
    deadline: 600_000,
    attempts: 3,
    maxRebootsPerDay: 3,
  },
  verification: { timeout: 900_000 },
  metrics: { listen: null, textfile: null },
  notifications: { urlFiles: [], command: null, moments: [], templates: {}, waitingAfter: null, caFile: null },
  log: { level: 'info' },
};

/** A pool of machines over one fake API server, with an observer of cordons that shares no code with the daemon. */
export class Fleet implements AsyncDisposable {
  readonly server: FakeApiServer;
  readonly admin: Admin;
  readonly machines: Machine[] = [];
  /** The largest number of nodes that carried our mark at one moment. */
  mostMarked = 0;
  readonly #marked = new Set<string>();

  private constructor(server: FakeApiServer) {
    this.server = server;
    this.admin = new Admin(server);
    server.store.subscribe({
      committed: ({ resource, object }) => this.#observe(resource, object),
      restored: () => {},
    });
  }

  static async open(clock: Clock = systemClock): Promise<Fleet> {
    const fleet = new Fleet(await startFakeApiServer({ tls: false, clock }));
    for (const { path, body } of manifestObjects) await fleet.admin.call('POST', path, body);
    return fleet;
  }

  async add(name: string, options: Partial<MachineOptions> = {}): Promise<Machine> {
    const cluster = clusterAs(this.server, name, this.server.clock);
    const machine = new Machine({ name, admin: this.admin, cluster, settings, clock: this.server.clock, ...options });
    this.machines.push(machine);
    await machine.install();
    return machine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.machines) machine.off();
    await this.server.stop();
  }

  #observe(resource: string, object: { metadata: { name?: unknown; annotations?: unknown } }): void {
    if (resource !== 'nodes') return;
    const name = String(object.metadata.name);
    const annotations = (object.metadata.annotations ?? {}) as Record<string, string>;
    if (annotations['kured-host/claim'] === undefined) this.#marked.delete(name);
    else this.#marked.add(name);
    this.mostMarked = Math.max(this.mostMarked, this.#marked.size);
  }
}
