import type { Clock } from '../../src/ports/clock.ts';
import { Api } from './api/api.ts';
import { bootstrap } from './api/bootstrap.ts';
import type { World } from './api/call.ts';
import { controllers } from './api/controllers.ts';
import type { JsonMap } from './api/object.ts';
import type { ApiRequest } from './api/request.ts';
import type { User } from './api/user.ts';
import { realClock } from './clock.ts';
import { Audit, type AuditEntry } from './server/audit.ts';
import { newAuthority } from './server/certificates.ts';
import { type Credentials, certificateFor, kubeconfigText, node, type Person, Tokens } from './server/credentials.ts';
import { Faults } from './server/faults.ts';
import { Front } from './server/front.ts';
import { httpFront } from './server/http.ts';
import { Store } from './store.ts';

export interface FakeApiServerOptions {
  /** Default: the machine's own time and chance. */
  readonly clock?: Clock;
  /** Default: true. Without TLS a token alone tells who asks. */
  readonly tls?: boolean;
  readonly port?: number;
  /** Default: v1.36.3. Constrained impersonation is served from 1.36 on. */
  readonly version?: string;
  /** The resourceVersion of an empty cluster; default: 1. */
  readonly revision?: number;
  /** How many changes of one resource can be resumed from; default: 10,000. */
  readonly history?: number;
  /** Milliseconds after which controllers react to a change; default: at once, within the request that made it. */
  readonly controllerDelay?: number;
  /** Budgets keep the status they were given, as without the disruption controller. */
  readonly withoutBudgets?: boolean;
}

export interface FakeApiServer extends AsyncDisposable {
  readonly url: string;
  /** The authority's certificate, PEM; "" without TLS. */
  readonly ca: string;
  /** A bearer token of group system:masters. */
  readonly adminToken: string;
  readonly store: Store;
  readonly faults: Faults;
  /** In the order in which requests took effect. */
  readonly audit: readonly AuditEntry[];
  readonly clock: Clock;
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
  /**
   * Asks the API within this process: at once, past faults, audit log and `stop`. For arranging and looking, and for
   * whoever must not wait for sockets.
   */
  ask(user: User, method: string, target: string, body?: unknown, contentType?: string): Asked;
  readonly running: boolean;
  connections(): { readonly ever: number; readonly open: number };
  /** Cuts every open connection; new ones are served. */
  cutConnections(): void;
  /** As a killed process: all connections are cut, nothing listens. State and held requests stay. */
  stop(): Promise<void>;
  /** Again on the same port; what watches resumed from is forgotten, as by any restarted API server. */
  start(): Promise<void>;
}

export interface Asked {
  readonly code: number;
  readonly body: JsonMap;
}

const year = 365 * 86_400_000;

/** A Kubernetes API server as far as kured-host meets one, in this process. It listens when the promise resolves. */
export async function startFakeApiServer(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const clock = options.clock ?? realClock();
  const wall = (): number => clock.now().wall;
  const world: World = { store: new Store(options), now: wall, chance: () => clock.now().chance };
  const { controllerDelay: delay, withoutBudgets = false } = options;
  const later = delay === undefined ? {} : { later: (work: () => void) => void clock.timer(delay, work) };
  world.store.subscribe(controllers(world, { withoutBudgets, ...later }));
  bootstrap(world);
  world.store.compact();

  const audit = new Audit(wall);
  const faults = new Faults(world.store);
  const tokens = new Tokens();
  const api = new Api({ ...world, version: options.version ?? 'v1.36.3' });
  const front = new Front({ api, audit, faults, clock });
  const authority = options.tls === false ? null : newAuthority({ name: 'fake authority', ...validity(wall()) });
  const tls =
    authority === null
      ? null
      : { ...authority.server({ name: 'fake API server', ...validity(wall()) }), ca: authority.ca };
  const http = httpFront({ front, tokens, tls });
  const port = await http.listen(options.port ?? 0);
  const url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;

  let issued = 0;
  const token = (person: Person): string => tokens.add(`token-${++issued}-${world.chance()}`, person);
  const credentials = (person: Person): Credentials =>
    authority === null
      ? { url, token: token(person) }
      : { url, ca: authority.ca, ...certificateFor(authority, person, wall()) };
  const admin = { name: 'admin', groups: ['system:masters'] };
  return {
    url,
    ca: tls?.ca ?? '',
    adminToken: token(admin),
    store: world.store,
    faults,
    audit: audit.entries,
    clock,
    credentials,
    nodeCredentials: (name) => credentials(node(name)),
    adminCredentials: () => credentials(admin),
    kubeconfig: (name, impersonate) => kubeconfigText(credentials(node(name)), impersonate),
    kubeconfigFor: (person, impersonate) => kubeconfigText(credentials(person), impersonate),
    token,
    revokeToken: (known) => tokens.revoke(known),
    ask: (user, method, target, body, contentType) => ask(api, { user, method, target }, body, contentType),
    connections: () => http.connections(),
    cutConnections: () => http.cutAll(),
    get running() {
      return http.listening();
    },
    stop: () => http.close(),
    async start() {
      world.store.compact();
      await http.listen(port);
    },
    [Symbol.asyncDispose]: () => http.close(),
  };
}

function ask(
  api: Api,
  who: Pick<ApiRequest, 'user' | 'method' | 'target'>,
  body: unknown,
  contentType = who.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
): Asked {
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = api.handle({ ...who, headers: { 'content-type': contentType, 'user-agent': 'test' }, body: text });
  if (answer.is !== 'body') throw new Error(`${who.method} ${who.target} has no object for an answer`);
  return { code: answer.code, body: answer.body };
}

function validity(wall: number): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: wall - 86_400_000, notAfter: wall + 10 * year };
}
