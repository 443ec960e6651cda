import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditLog, openAuditLog } from './audit.ts';
import { controlPlaneProgram, keepFolders } from './available.ts';
import { type KubeconfigUser, writeKubeconfig } from './kubeconfig.ts';
import { type Companion, type Finished, freezeProcess, mustRun, runCommand, startCompanion } from './process.ts';
import { type RestClient, restClient } from './rest.ts';
import { within } from './waiting.ts';

/** What a certificate says. Times beyond `notAfter` make it an expired one. */
export interface CertificateRequest {
  readonly name: string;
  readonly organizations?: readonly string[];
  readonly notAfter?: Date;
  /** Names and addresses: makes it a server's certificate, for a proxy that stands in between. */
  readonly hosts?: readonly string[];
}

/** Paths of PEM files; `pem` holds certificate and key in one, as a kubelet keeps them. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
  readonly pem: string;
}

export interface ClientRequest extends CertificateRequest {
  readonly impersonate?: string;
}

/** What every test may use, be the control plane its own or a shared one. */
export interface ClusterAccess {
  readonly url: string;
  /** Identity, data and logs; also a place for a test's own files, below a name of its own. */
  readonly directory: string;
  readonly program: string;
  /** Path of the authority's certificate. */
  readonly certificateAuthority: string;
  readonly adminKubeconfig: string;
  readonly auditLog: AuditLog;
  /** The admin's client (group system:masters). */
  readonly admin: RestClient;
  certificate(request: CertificateRequest): Promise<CertificateFiles>;
  /** A kubeconfig for a new certificate of that user, which `kind` says how to carry; the default is files. */
  kubeconfig(
    request: CertificateRequest & { readonly kind?: 'files' | 'embedded'; readonly server?: string },
  ): Promise<string>;
  /** A kubeconfig for any other kind of user, or for existing files. */
  kubeconfigFor(user: KubeconfigUser, server?: string): string;
  /** As kubeadm lays it out: user system:node:NAME of system:nodes, one PEM file for certificate and key. */
  nodeKubeconfig(node: string, server?: string): Promise<string>;
  /** A client with a new certificate of that user. */
  client(request: ClientRequest): Promise<RestClient>;
  /** Kubernetes' own kubectl, as the admin unless another kubeconfig is given. */
  kubectl(
    parameters: readonly string[],
    options?: { readonly input?: string; readonly kubeconfig?: string },
  ): Promise<Finished>;
}

export interface ControlPlaneOptions {
  /** Default: a new one, removed at the end (unless KURED_HOST_TEST_KEEP is set). */
  readonly directory?: string;
  readonly port?: number;
  readonly disableControllers?: readonly string[];
  readonly featureGates?: string;
  readonly apiServerArguments?: readonly string[];
}

/** A control plane of one's own, that can be stopped, started and brought back to an older state. */
export interface ControlPlane extends ClusterAccess, AsyncDisposable {
  /** Process id of the running control plane. */
  readonly pid: number;
  /** Orderly (SIGTERM), or at once (SIGKILL, what a power cut of its machine would do). */
  stop(how?: 'orderly' | 'kill'): Promise<void>;
  /** Again with the same address, identity and data. */
  start(): Promise<void>;
  /** It stays, and its connections stay open, but it answers nothing (SIGSTOP) until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Saves etcd as `etcdctl snapshot save` does, while it runs. */
  snapshot(name: string): Promise<void>;
  /** Stops, brings etcd back to that snapshot (resourceVersions go back), and starts. */
  restore(name: string): Promise<void>;
}

/** The minor version of Kubernetes 1 that answers. */
export async function minorOf({ admin }: Pick<ClusterAccess, 'admin'>): Promise<number> {
  return Number.parseInt((await admin.get<{ readonly minor: string }>('/version')).minor, 10);
}

const startLimit = 120_000;
const stopLimit = 20_000;

/** Builds the control plane if need be, starts one, and resolves when the API server answers and the controllers work. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const program = await controlPlaneProgram();
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'control-plane-'));
  mkdirSync(directory, { recursive: true });
  let running = await serve(program, directory, options);
  const access = openCluster(program, directory, running.url);

  const stop: ControlPlane['stop'] = async (how = 'orderly') => {
    running.companion.child.kill(how === 'orderly' ? 'SIGTERM' : 'SIGKILL');
    await within(stopLimit, 'the control plane to end', () => running.companion.exited);
    // So that no request after the next start meets a connection of this one.
    access.close();
  };
  const start = async (): Promise<void> => {
    running = await serve(program, directory, options);
  };
  const snapshotFile = (name: string): string => join(directory, `snapshot-${name}.db`);
  return {
    ...access,
    stop,
    start,
    get pid() {
      return running.companion.pid;
    },
    freeze: () => freezeProcess(running.companion.pid),
    thaw: () => void running.companion.child.kill('SIGCONT'),
    snapshot: async (name) =>
      void (await mustRun([program, 'snapshot', '--dir', directory, '--to', snapshotFile(name)])),
    async restore(name) {
      await stop();
      await mustRun([program, 'restore', '--dir', directory, '--from', snapshotFile(name)]);
      await start();
    },
    async [Symbol.asyncDispose]() {
      await stop('kill');
      if (options.directory === undefined && !keepFolders()) rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function serve(
  program: string,
  directory: string,
  options: ControlPlaneOptions,
): Promise<{ readonly companion: Companion; readonly url: string }> {
  const parameters = ['serve', '--dir', directory, '--until-stdin-ends'];
  if (options.port !== undefined) parameters.push('--port', String(options.port));
  if (options.featureGates !== undefined) parameters.push('--feature-gates', options.featureGates);
  for (const name of options.disableControllers ?? []) parameters.push('--disable-controller', name);
  for (const argument of options.apiServerArguments ?? []) parameters.push('--api-server-argument', argument);
  const companion = startCompanion(program, parameters, join(directory, 'control-plane.log'));
  try {
    const ready = await companion.line(/^ready https:/, startLimit);
    return { companion, url: ready.slice('ready '.length) };
  } catch (error) {
    companion.child.kill('SIGKILL');
    throw error;
  }
}

/** Opens what is needed to use a control plane that runs in `directory`, whoever started it. */
export function openCluster(program: string, directory: string, url: string): ClusterAccess & { close(): void } {
  const file = (name: string): string => join(directory, name);
  const certificateAuthority = file('ca.crt');
  const ca = readFileSync(certificateAuthority, 'utf8');
  const clients: RestClient[] = [];
  const open: typeof restClient = (...parameters) => {
    const client = restClient(...parameters);
    clients.push(client);
    return client;
  };
  const fresh = (): string => {
    mkdirSync(file('issued'), { recursive: true });
    return mkdtempSync(file('issued/'));
  };

  const certificate: ClusterAccess['certificate'] = async (request) => {
    const folder = fresh();
    const parameters = ['certificate', '--dir', directory, '--out', folder, '--name', request.name];
    for (const organization of request.organizations ?? []) parameters.push('--organization', organization);
    for (const host of request.hosts ?? []) parameters.push('--host', host);
    if (request.notAfter !== undefined) parameters.push('--not-after', request.notAfter.toISOString());
    await mustRun([program, ...parameters]);
    return { cert: join(folder, 'client.crt'), key: join(folder, 'client.key'), pem: join(folder, 'client.pem') };
  };
  const kubeconfigFor: ClusterAccess['kubeconfigFor'] = (user, server = url) =>
    writeKubeconfig(join(fresh(), 'kubeconfig'), { server, certificateAuthority, user });

  return {
    url,
    directory,
    program,
    certificateAuthority,
    adminKubeconfig: file('admin.kubeconfig'),
    auditLog: openAuditLog(file('audit.log')),
    admin: open(url, {
      ca,
      cert: readFileSync(file('admin.crt'), 'utf8'),
      key: readFileSync(file('admin.key'), 'utf8'),
    }),
    certificate,
    kubeconfigFor,
    kubeconfig: async (request) =>
      kubeconfigFor({ kind: request.kind ?? 'files', ...(await certificate(request)) }, request.server),
    async nodeKubeconfig(node, server) {
      const { pem } = await certificate({ name: `system:node:${node}`, organizations: ['system:nodes'] });
      return kubeconfigFor({ kind: 'files', cert: pem, key: pem }, server);
    },
    async client(request) {
      const { cert, key } = await certificate(request);
      const credentials = { ca, cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
      return open(
        url,
        request.impersonate === undefined ? credentials : { ...credentials, impersonate: request.impersonate },
      );
    },
    kubectl: (parameters, options = {}) =>
      runCommand([program, 'kubectl', '--kubeconfig', options.kubeconfig ?? file('admin.kubeconfig'), ...parameters], {
        input: options.input ?? '',
        env: { PATH: process.env.PATH, HOME: directory },
      }),
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
