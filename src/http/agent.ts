import { Agent, type AgentOptions, type ClientRequest, type ClientRequestArgs } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import { connectTo, type HttpTarget, probeAfter } from './connect.ts';
import { HttpFailure } from './failure.ts';

const connectTime = 10_000;
/** Shorter than any server or balancer we know keeps an idle connection (HAProxy as kubeadm's guide sets it up: 35 s; kube-apiserver: 90 s): a request on a connection that is just being closed would be an unknown outcome. */
const idleTime = 20_000;

/**
 * Keep-alive connections to one target. A request gets a connection only when it is ready to be written to, so "has a
 * connection" is the line between "not sent" and "may have been sent".
 */
export class TargetAgent extends Agent {
  readonly #target: HttpTarget;
  readonly #clock: Clock;
  readonly #idle = new Map<Duplex, () => void>();
  #retired = false;

  constructor(target: HttpTarget, clock: Clock, options: AgentOptions = {}) {
    // The agent sets a connection's probes anew each time it keeps it, by default to one a second.
    super({ keepAlive: true, keepAliveMsecs: probeAfter, maxFreeSockets: 2, scheduling: 'lifo', ...options });
    this.#target = target;
    this.#clock = clock;
  }

  /** Idle connections end now, those in use when their answer is complete. */
  retire(): void {
    this.#retired = true;
    for (const socket of [...this.#idle.keys()]) socket.destroy();
  }

  override createConnection(
    _options: ClientRequestArgs,
    done?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    void this.#connect().then(
      (socket) => done?.(null, socket),
      // The callback's type wants a socket even beside an error; node:http does not look at it then.
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // False where the server says that it will close the connection within a second; its type says that it tells nothing.
    const lasts: unknown = super.keepSocketAlive(socket);
    if (lasts === false || this.#retired) return false;
    const cancel = this.#clock.timer(idleTime, () => socket.destroy());
    const end = (): void => this.#wake(socket);
    this.#idle.set(socket, () => {
      cancel();
      socket.removeListener('close', end);
    });
    socket.once('close', end);
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    this.#wake(socket);
    super.reuseSocket(socket, request);
  }

  #wake(socket: Duplex): void {
    this.#idle.get(socket)?.();
    this.#idle.delete(socket);
  }

  async #connect(): Promise<Socket> {
    using limit = this.#clock.deadline(connectTime, new AbortController().signal);
    try {
      return await connectTo(this.#target, limit.signal);
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      throw new HttpFailure('unreachable', `no connection came about within ${connectTime / 1000} s`, error);
    }
  }
}
