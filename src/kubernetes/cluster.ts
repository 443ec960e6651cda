import { type Answer, yes } from '../core/answer.ts';
import type { LeaseRef } from '../core/lease/object.ts';
import { type BeyondNode, beyondText } from '../core/node-restriction.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { CredentialSettings, NodeSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import { askAccess } from './access.ts';
import type { AccessAnswer } from './access-answer.ts';
import { Credentials, type OwnConnection } from './credentials.ts';
import { certificateUser, type Identity, identify, leaseUser, reviewSelf, type User } from './identity.ts';
import { kubeletKubeconfigs } from './kubeconfig-places.ts';
import { Latest } from './latest.ts';
import { Pace } from './pace.ts';
import { openSession, type Session } from './session.ts';
import { type CallCounter, createTransport } from './transport.ts';

export interface ClusterOptions {
  readonly credentials: CredentialSettings;
  readonly clock: Clock;
  readonly counter: CallCounter;
  /** What is wanted now that a node's credentials may not do, asked at each look; null or absent: nothing. */
  readonly beyond?: () => BeyondNode | null;
  /** Where kubeconfigs are looked for when none is named; by itself, those of the distributions. */
  readonly places?: readonly string[];
}

/**
 * Where we are with the cluster.
 * - `waiting`: no usable credentials, or the API server has not said who we are; goes on by itself.
 * - `contradiction`: credentials and configuration do not fit together; a person has to change one, which is noticed.
 * - `ready`: who we are is known. The API server may still be away: the cluster's own answers say so. As long as the
 *   identity is the same, `cluster` is the same object, whatever happens to the credentials.
 */
export type ClusterState =
  | { readonly is: 'waiting'; readonly reason: Reason }
  | { readonly is: 'contradiction'; readonly reason: Reason }
  | Ready;

export interface Ready {
  readonly is: 'ready';
  readonly identity: Identity;
  readonly cluster: Cluster;
  /** The kubeconfig in use, and the API server's URL. */
  readonly file: string;
  readonly server: string;
  /** Whether everything that is needed is granted, one answer a need, in order; changes nothing. `marks`: what is to be written on the Node. */
  ask(lease: LeaseRef, signal: AbortSignal, marks?: NodeSettings): AsyncIterable<AccessAnswer>;
}

export interface OpenedCluster {
  /** The state now; null until the first look ended. */
  readonly state: ClusterState | null;
  /** The state there is (the first as soon as it is known), then the newest after each change. Ends with the signal. */
  states(signal: AbortSignal): AsyncIterable<ClusterState>;
}

/** How often missing or unusable credentials are looked for. */
const lookAgain = 10_000;

/** Finds credentials, learns who we are, and keeps both up to date until the signal is aborted. Never throws. */
export function openCluster(options: ClusterOptions, signal: AbortSignal): OpenedCluster {
  const opening = new Opening(options, signal);
  void opening.run();
  return {
    get state() {
      return opening.states.value;
    },
    states: (until) => opening.states.follow(AbortSignal.any([signal, until])),
  };
}

class Opening {
  readonly states = new Latest<ClusterState>();
  readonly #options: ClusterOptions;
  readonly #signal: AbortSignal;
  readonly #credentials: Credentials;
  readonly #pace: Pace;
  #changed = Promise.withResolvers<void>();
  #session: Session | null = null;

  constructor(options: ClusterOptions, signal: AbortSignal) {
    const { kubeconfig } = options.credentials;
    const places = kubeconfig === null ? (options.places ?? kubeletKubeconfigs) : [kubeconfig];
    this.#options = options;
    this.#signal = signal;
    this.#pace = new Pace(options.clock);
    this.#credentials = new Credentials(places, options.clock, () => this.#changed.resolve());
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const wait = await this.#look();
      if (!this.#signal.aborted) await this.#rest(wait);
    }
    this.#credentials.close();
  }

  /** One look; the answer waits for the next, null when only a change of the credentials asks for one. */
  async #look(): Promise<((signal: AbortSignal) => Promise<unknown>) | null> {
    const connection = await this.#credentials.current(this.#signal);
    this.#changed = Promise.withResolvers<void>();
    if (connection.is === 'none') {
      this.#tell({ is: 'waiting', reason: connection.reason });
      return (signal) => this.#options.clock.sleep(lookAgain, signal);
    }
    const user = await this.#user(connection);
    if (user.is !== 'yes') {
      // Who has been known stays known while the API server does not answer.
      if (user.is === 'unknown' && this.#session === null) this.#tell({ is: 'waiting', reason: user.reason });
      return (signal) => this.#pace.wait(signal);
    }
    this.#pace.reset();
    const identified = identify(user.value, this.#options.credentials.nodeName, connection.file);
    if (identified.is === 'contradiction') {
      this.#tell(identified);
      return (signal) => this.#options.clock.sleep(lookAgain, signal);
    }
    const beyond = this.#options.beyond?.() ?? null;
    if (beyond !== null && identified.identity.isNode) {
      const reasonFor = { file: connection.file, why: beyondText(beyond) };
      this.#tell({ is: 'contradiction', reason: reason('credentials-unusable', reasonFor) });
      return (signal) => this.#options.clock.sleep(lookAgain, signal);
    }
    this.#tell(this.#ready(identified.identity, connection));
    return null;
  }

  /** Waits, but not longer than until the credentials change or all ends. */
  async #rest(wait: ((signal: AbortSignal) => Promise<unknown>) | null): Promise<void> {
    const rest = new AbortController();
    const end = (): void => rest.abort();
    this.#signal.addEventListener('abort', end, { once: true });
    void this.#changed.promise.then(end);
    const ended = new Promise<void>((resolve) =>
      rest.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await (wait === null ? ended : wait(rest.signal).catch(() => {}));
    this.#signal.removeEventListener('abort', end);
  }

  #tell(state: ClusterState): void {
    const before = this.states.value;
    if (before === null || !sameState(before, state)) this.states.set(state);
  }

  async #user(connection: OwnConnection): Promise<Answer<User>> {
    const user = connection.certificate === null ? null : certificateUser(connection.certificate);
    const impersonates = connection.headers['impersonate-user'] !== undefined;
    if (user !== null && !impersonates) return yes(user);
    return await reviewSelf(createTransport(this.#credentials, this.#options.counter), this.#signal);
  }

  #ready(identity: Identity, connection: OwnConnection): Ready {
    const session = this.#sessionOf(identity);
    const { impersonate } = this.#options.credentials;
    return {
      is: 'ready',
      identity,
      cluster: session.cluster,
      file: connection.file,
      server: connection.http.target.url.origin,
      ask: (lease, signal, marks) =>
        askAccess(
          {
            transport: session.transport,
            clock: this.#options.clock,
            identity,
            lease,
            leaseUser: leaseUser(identity, impersonate, lease),
            marks: marks ?? null,
          },
          signal,
        ),
    };
  }

  #sessionOf(identity: Identity): Session {
    const before = this.#session;
    if (before !== null && sameIdentity(before.identity, identity)) return before;
    before?.retire();
    const { credentials, clock, counter } = this.#options;
    this.#session = openSession(this.#credentials, identity, credentials.impersonate, clock, counter);
    return this.#session;
  }
}

function sameState(one: ClusterState, other: ClusterState): boolean {
  if (one.is === 'ready') {
    if (other.is !== 'ready') return false;
    return one.cluster === other.cluster && one.file === other.file && one.server === other.server;
  }
  return one.is === other.is && JSON.stringify(one.reason) === JSON.stringify(other.reason);
}

function sameIdentity(one: Identity, other: Identity): boolean {
  return one.node === other.node && one.user === other.user && one.isNode === other.isNode;
}
