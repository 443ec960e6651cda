import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/main.ts';
import { wholeInput } from '../../src/cli/whole-input.ts';
import { writeRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../src/core/lease/record.ts';
import { type KubernetesObject, type RestClient, restClient } from '../cluster/rest.ts';
import { budget, type PodOptions, pod } from '../cluster/workload.ts';
import { record } from '../core/lease/samples.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import { realClock } from '../fakes/clock.ts';
import { startFakeKubelet } from '../fakes/kubelet.ts';
import { applyManifest } from '../kubernetes/story-target.ts';

export const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/kured-host';
export const bootId = '11111111-2222-3333-4444-555555555555';

const writing = ['create', 'update', 'patch', 'delete'];

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command under way: what it printed so far can be awaited, and it can be interrupted. */
export interface Running {
  readonly ended: Promise<Ran>;
  /** Resolves as soon as either output matches. */
  printed(pattern: RegExp): Promise<void>;
  interrupt(): void;
}

/** The machine n1 of a cluster as the commands see it: its configuration, credentials, sockets' folder, boot ID. */
export class Bench implements AsyncDisposable {
  readonly server: FakeApiServer;
  readonly admin: RestClient;
  /** Not in /tmp: the service has one of its own, and a sentinel there is warned of. */
  readonly root = mkdtempSync('/dev/shm/kured-host-cli-');

  readonly #end = new AbortController();

  private constructor(server: FakeApiServer) {
    this.server = server;
    this.admin = restClient(server.url, { ca: server.ca, token: server.adminToken });
    this.file('boot_id', `${bootId}\n`);
    this.file('machine-id', `${'a'.repeat(32)}\n`);
    this.file('kubelet.conf', server.kubeconfig('n1'));
    this.configure();
  }

  /** With the manifest applied and the Nodes n1 and n2; `bare`: with neither. */
  static async open(options: { readonly bare?: boolean } = {}): Promise<Bench> {
    const bench = new Bench(await startFakeApiServer());
    if (options.bare === true) return bench;
    await applyManifest(bench.admin, 'kured-host');
    for (const name of ['n1', 'n2']) {
      const metadata = { name, labels: { 'kubernetes.io/hostname': name } };
      await bench.admin.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata });
    }
    return bench;
  }

  path(name: string): string {
    return join(this.root, name);
  }

  file(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Writes the configuration: with these credentials, the sentinel in this folder, and the text behind both. */
  configure(text = '', credentials = `kubeconfig: ${this.path('kubelet.conf')}`): void {
    const sentinel = `sentinel: {files: [${this.path('reboot-required')}]}`;
    this.file('etc/kured-host/config.yaml', `credentials: {${credentials}}\n${sentinel}\n${text}`);
  }

  async lease(): Promise<LeaseObject> {
    return (await this.admin.get(leasePath)) as unknown as LeaseObject;
  }

  /** Makes the Lease say this, as the nodes would have written it. */
  async setLease(change: Partial<LeaseRecord>): Promise<void> {
    const object = writeRecord(await this.lease(), record(change), realClock().now());
    await this.admin.put(leasePath, object);
  }

  async annotateLease(annotations: Readonly<Record<string, string | null>>): Promise<void> {
    await this.admin.patch(leasePath, { metadata: { annotations } });
  }

  async annotation(name: string): Promise<string | undefined> {
    return (await this.lease()).metadata.annotations?.[`kured-host/${name}`];
  }

  async node(): Promise<KubernetesObject & { readonly spec?: { readonly unschedulable?: boolean } }> {
    return await this.admin.get('/api/v1/nodes/n1');
  }

  /** A kubelet for n1, which ends its pods at once when they are asked to. */
  kubelet(): Disposable {
    return startFakeKubelet(this.server, { node: 'n1', bootID: bootId, exits: () => 0 });
  }

  /** A pod on n1 in the namespace default, once it runs. */
  async pod(options: Omit<PodOptions, 'namespace'>): Promise<void> {
    await this.admin.post('/api/v1/namespaces/default/pods', pod({ node: 'n1', namespace: 'default', ...options }));
    await this.admin.until<KubernetesObject & { readonly status?: { readonly phase?: string } }>(
      `/api/v1/namespaces/default/pods/${options.name}`,
      `${options.name} to run`,
      (object) => object?.status?.phase === 'Running',
    );
  }

  async budget(name: string, labels: Record<string, string>, minAvailable: number): Promise<void> {
    const path = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    await this.admin.post(path, budget('default', name, labels, minAvailable));
    await this.admin.until<KubernetesObject & { readonly status?: { readonly observedGeneration?: number } }>(
      `${path}/${name}`,
      `the status of ${name}`,
      (object) => object?.status?.observedGeneration === 1,
    );
  }

  async podNames(): Promise<readonly string[]> {
    const { items } = await this.admin.get<{ items: KubernetesObject[] }>('/api/v1/namespaces/default/pods');
    return items.map(({ metadata }) => metadata.name);
  }

  /** What the commands changed in the cluster so far, by the audit log: `patch nodes/n1`. */
  changes(): readonly string[] {
    return this.server.audit
      .filter(({ userAgent, verb, code }) => userAgent === 'kured-host' && writing.includes(verb) && code < 300)
      .filter(({ requestURI, objectRef }) => !/dryRun=All/.test(requestURI) && !/^selfsubject/.test(objectRef.resource))
      .map(({ verb, objectRef: { resource, subresource, name } }) =>
        [verb, [resource, subresource, name].filter((part) => part !== undefined).join('/')].join(' '),
      );
  }

  async run(...args: readonly string[]): Promise<Ran> {
    return await this.start(args).ended;
  }

  /** `own`: what of the process is another than usual. */
  start(args: readonly string[], input: string | Buffer = '', own: Partial<Io> = {}): Running {
    const printed = new EventEmitter();
    const interrupts: (() => void)[] = [];
    const said = { out: '', err: '' };
    const say = (to: 'out' | 'err') => (text: string) => {
      said[to] += text;
      printed.emit('text');
    };
    const ended = runCli(args, {
      clock: realClock(),
      pid: process.pid,
      program: '',
      env: {},
      terminal: false,
      width: 100,
      asRoot: true,
      version: '1.2.3',
      revision: 'abc',
      nodeVersion: 'v24',
      built: 0,
      places: {
        root: this.root,
        state: this.path('state'),
        runtime: this.path('run'),
        bootId: this.path('boot_id'),
        machineId: this.path('machine-id'),
      },
      zone: () => 'UTC',
      signal: this.#end.signal,
      onSignal: (name, handle) => void (name === 'SIGINT' && interrupts.push(handle)),
      input: (most) => wholeInput(Readable.from([Buffer.from(input)]), most),
      out: say('out'),
      err: say('err'),
      ...own,
    }).then((code) => ({ code, ...said }));
    return {
      ended,
      async printed(pattern) {
        const over = ended.then(({ code }) => {
          throw new Error(`it ended with ${code} before it said ${pattern}: ${said.out}${said.err}`);
        });
        over.catch(() => {});
        while (!pattern.test(said.out + said.err)) await Promise.race([once(printed, 'text'), over]);
      },
      interrupt: () => {
        for (const handle of interrupts) handle();
      },
    };
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.admin.close();
    await this.server.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
