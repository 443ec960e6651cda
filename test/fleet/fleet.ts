import assert from 'node:assert/strict';
import type { Settings } from '../../src/core/settings.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import { watchStore } from '../observer/from-store.ts';
import { Observer, type Pool } from '../observer/observer.ts';
import type { Seen } from '../observer/seen.ts';
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

const pool = { namespace: 'kured-host', name: 'kured-host' };
/** What the manifest of these fleets has the nodes act as. */
const account = 'system:serviceaccount:kured-host:kured-host';

/** What the fleet is judged by beside the usual; `timed`: false where machines have clocks of their own that leap. */
export interface Judged extends Pool {
  readonly timed?: boolean;
}

/** A pool of machines over one fake API server, watched by the observer: at its end no law may have been broken. */
export class Fleet implements AsyncDisposable {
  readonly server: FakeApiServer;
  readonly admin: Admin;
  readonly machines: Machine[] = [];
  /** The largest number of nodes that carried our mark at one moment. */
  mostMarked = 0;
  readonly #marked = new Set<string>();

  readonly #now: () => number | undefined;
  readonly #observer: Observer;
  readonly #broken: string[] = [];

  private constructor(server: FakeApiServer, { timed = true, ...rules }: Judged) {
    this.server = server;
    this.admin = new Admin(server);
    this.#observer = new Observer({ account, ...rules });
    const now = (): number | undefined => (timed ? server.clock.now().wall : undefined);
    this.#now = now;
    watchStore(server.store, { lease: pool, now }, (seen) => this.#see(seen));
    server.store.subscribe({
      committed: ({ resource, object }) => this.#observe(resource, object),
      restored: () => {},
    });
  }

  static async open(clock: Clock = systemClock, rules: Judged = {}): Promise<Fleet> {
    const fleet = new Fleet(await startFakeApiServer({ tls: false, clock }), rules);
    for (const { path, body } of manifestObjects) await fleet.admin.call('POST', path, body);
    return fleet;
  }

  async add(name: string, options: Partial<MachineOptions> = {}): Promise<Machine> {
    const cluster = clusterAs(this.server, name, this.server.clock);
    const told = (seen: Seen): void => this.#see({ ...seen, at: this.#now() });
    const usual = { name, admin: this.admin, cluster, settings, clock: this.server.clock, told };
    const machine = new Machine({ ...usual, ...options });
    this.machines.push(machine);
    await machine.install();
    return machine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.machines) machine.off();
    await this.server.stop();
    assert.deepEqual(this.#broken, [], 'no law was broken');
  }

  #see(seen: Seen): void {
    this.#broken.push(...this.#observer.see(seen));
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
