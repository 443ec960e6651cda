import type { Clock } from '../../src/ports/clock.ts';
import { realClock } from './clock.ts';
import { type FakeCluster, type FakeClusterOptions, openFakeCluster } from './fake-cluster.ts';
import { newAuthority } from './server/certificates.ts';
import { type Credentials, certificateFor, kubeconfigText, node, type Person, Tokens } from './server/credentials.ts';
import { httpFront } from './server/http.ts';

export interface FakeApiServerOptions extends Omit<FakeClusterOptions, 'clock'> {
  /** Default: the machine's own time and chance. */
  readonly clock?: Clock;
  /** Default: true. Without TLS a token alone tells who asks. */
  readonly tls?: boolean;
  /** On 127.0.0.1; default: any that is free. */
  readonly port?: number;
}

export interface FakeApiServer extends FakeCluster, AsyncDisposable {
  readonly url: string;
  /** The authority's certificate, PEM; "" without TLS. */
  readonly ca: string;
  /** A bearer token of group system:masters. */
  readonly adminToken: string;
  /** A new client certificate (or, without TLS, a token) of that user. */
  credentials(person: Person): Credentials;
  nodeCredentials(name: string): Credentials;
  adminCredentials(): Credentials;
  /** A kubeconfig of the node's kubelet, as text. */
  kubeconfig(node: string, impersonate?: string): string;
  kubeconfigFor(person: Person, impersonate?: string): string;
  /** A token for that user; `revokeToken` makes it worthless. */
  token(person: Person): string;
  revokeToken(token: string): void;
  readonly running: boolean;
  connections(): { readonly ever: number; readonly open: number };
  /** Cuts every open connection; new ones are served. */
  cutConnections(): void;
  /** As a killed process: all connections are cut, nothing listens. State and held requests stay. */
  stop(): Promise<void>;
  /** Again on the same port; what watches resumed from is forgotten, as by any restarted API server. */
  start(): Promise<void>;
}

const year = 365 * 86_400_000;

/** A Kubernetes API server as far as kured-host meets one, in this process. It listens when the promise resolves. */
export async function startFakeApiServer(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const clock = options.clock ?? realClock();
  const cluster = openFakeCluster({ ...options, clock });
  const tokens = new Tokens();
  const valid = validity(clock.now().wall);
  const authority = options.tls === false ? null : newAuthority({ name: 'fake authority', ...valid });
  const tls =
    authority === null ? null : { ...authority.server({ name: 'fake API server', ...valid }), ca: authority.ca };
  const http = httpFront({ front: cluster.front, tokens, tls });
  const port = await http.listen(options.port ?? 0);
  const url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;

  const token = (person: Person): string => tokens.add(`token-${clock.now().chance}`, person);
  const credentials = (person: Person): Credentials =>
    authority === null
      ? { url, token: token(person) }
      : { url, ca: authority.ca, ...certificateFor(authority, person, clock.now().wall) };
  const admin = { name: 'admin', groups: ['system:masters'] };
  return {
    ...cluster,
    url,
    ca: tls?.ca ?? '',
    adminToken: token(admin),
    credentials,
    nodeCredentials: (name) => credentials(node(name)),
    adminCredentials: () => credentials(admin),
    kubeconfig: (name, impersonate) => kubeconfigText(credentials(node(name)), impersonate),
    kubeconfigFor: (person, impersonate) => kubeconfigText(credentials(person), impersonate),
    token,
    revokeToken: (known) => tokens.revoke(known),
    get running() {
      return http.listening();
    },
    connections: () => http.connections(),
    cutConnections: () => http.cutAll(),
    stop: () => http.close(),
    async start() {
      cluster.store.compact();
      await http.listen(port);
    },
    [Symbol.asyncDispose]: () => http.close(),
  };
}

function validity(wall: number): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: wall - 86_400_000, notAfter: wall + 10 * year };
}
