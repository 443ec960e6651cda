import { type Reason, reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Connection, Connections, NoConnection } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { tellEvent } from './events.ts';
import { certificateUser, type Identity, leaseUser } from './identity.ts';
import { createLeases } from './lease-store.ts';
import { createOwnNode } from './node.ts';
import { createOwnPods } from './pods.ts';
import { type CallCounter, createTransport, type Transport } from './transport.ts';

/** The cluster as one identity sees it, over all credentials that identity ever has. */
export interface Session {
  readonly identity: Identity;
  readonly cluster: Cluster;
  readonly transport: Transport;
  /** From now on nothing is sent: the credentials became another identity's. */
  retire(): void;
}

export function openSession(
  credentials: Credentials,
  identity: Identity,
  impersonate: string | null,
  clock: Clock,
  counter: CallCounter,
): Session {
  const bound = new BoundConnections(credentials, identity);
  const transport = createTransport(bound, counter);
  return {
    identity,
    transport,
    cluster: {
      leases: createLeases(transport, clock, (lease) => leaseUser(identity, impersonate, lease)),
      node: createOwnNode(transport, clock, identity.node),
      pods: createOwnPods(transport, clock, identity.node),
      tell: (event, signal) => tellEvent(transport, clock, identity.node, event, signal),
    },
    retire: () => bound.retire(),
  };
}

/** The credentials, as long as they are this identity's: never does anything happen to a Node as another one's user. */
class BoundConnections implements Connections {
  readonly #credentials: Credentials;
  readonly #identity: Identity;
  #retired = false;

  constructor(credentials: Credentials, identity: Identity) {
    this.#credentials = credentials;
    this.#identity = identity;
  }

  retire(): void {
    this.#retired = true;
  }

  async current(signal: AbortSignal): Promise<Connection | NoConnection> {
    const connection = await this.#credentials.current(signal);
    if (connection.is === 'none') return connection;
    const user = connection.certificate === null ? null : certificateUser(connection.certificate);
    const impersonates = connection.headers['impersonate-user'] !== undefined;
    const other = user !== null && !impersonates && user.name !== this.#identity.user;
    return this.#retired || other ? { is: 'none', reason: this.#changed(connection.file) } : connection;
  }

  renew(used: Connection, signal: AbortSignal): Promise<boolean> {
    return this.#credentials.renew(used, signal);
  }

  #changed(file: string): Reason {
    const why = `they are no longer those of ${this.#identity.user}, who acted for the Node ${this.#identity.node}`;
    return reason('credentials-unusable', { file, why });
  }
}
