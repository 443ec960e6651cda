import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import type { ClusterAccess } from './control-plane.ts';
import { seen, within } from './waiting.ts';

/** A request on its way from one node's daemon to the API server. */
export interface PassedRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined when there is none (a kubelet writes protobuf). */
  readonly body: unknown;
  /** Serial number of the certificate that its sender showed. */
  readonly serial: string;
}

export type Which = (request: PassedRequest) => boolean;

/** A request that was kept. Nothing of it has reached the API server. */
export interface HeldRequest {
  readonly request: PassedRequest;
  /** Cuts its connection: its sender sees no answer, and it can still land. */
  cut(): void;
  /** Carries it out, again if it was before, and resolves with the answer's status. Its sender hears nothing. */
  land(): Promise<number>;
  /** Carries it out and answers its sender; resolves with the status. */
  pass(): Promise<number>;
}

/** Open answers that were silenced. */
export interface Silenced {
  /** Resolves when they would have said something. */
  readonly swallowed: Promise<void>;
  /** Breaks their connections. */
  cut(): void;
}

/** Stands between one node's daemon and the API server, and knows each request. */
export interface NodeProxy extends AsyncDisposable {
  readonly url: string;
  /** A kubeconfig of the node whose server is this proxy. */
  readonly kubeconfig: string;
  /** All requests that were sent on or carried out so far, in order. */
  readonly passed: readonly PassedRequest[];
  /** Keeps the next such request; resolves with it. */
  hold(which: Which, what: string, milliseconds?: number): Promise<HeldRequest>;
  /** Resolves when the answer to such a request (a watch) is open. */
  watching(which: Which, milliseconds?: number): Promise<unknown>;
  /** Open answers of such requests (watches) say nothing from now on, and stay open. */
  silence(which: Which): Silenced;
}

/**
 * It ends TLS with a certificate of the cluster's authority, takes only clients that such a certificate names, and speaks to
 * the API server with a certificate of the same node.
 */
export async function startProxy(cluster: ClusterAccess, node: string): Promise<NodeProxy> {
  const own = await cluster.certificate({ name: 'proxy', hosts: ['127.0.0.1', 'localhost'] });
  const { cert, key, pem } = await cluster.certificate({
    name: `system:node:${node}`,
    organizations: ['system:nodes'],
  });
  const ca = readFileSync(cluster.certificateAuthority);
  const agent = new Agent({ keepAlive: true, ca, cert: readFileSync(cert), key: readFileSync(key) });
  const passing = new Passing(cluster.url, agent);
  const server = createServer(
    { ca, cert: readFileSync(own.cert), key: readFileSync(own.key), requestCert: true, rejectUnauthorized: true },
    (message, answer) => void passing.take(message, answer),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  return {
    url,
    kubeconfig: cluster.kubeconfigFor({ kind: 'files', cert: pem, key: pem }, url),
    passed: passing.passed,
    hold: (which, what, milliseconds) => passing.hold(which, what, milliseconds),
    watching: (which, milliseconds) => passing.watching(which, milliseconds),
    silence: (which) => passing.silence(which),
    [Symbol.asyncDispose]: () => close(server, agent),
  };
}

async function close(server: Server, agent: Agent): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  agent.destroy();
  await closed;
}

interface Wanted {
  readonly which: Which;
  readonly take: (held: HeldRequest) => void;
}

interface Open {
  readonly request: PassedRequest;
  readonly answer: ServerResponse;
  silent: (() => void) | null;
}

class Passing {
  readonly passed: PassedRequest[] = [];
  readonly #server: string;
  readonly #agent: Agent;
  readonly #wanted = new Set<Wanted>();
  readonly #open = new Set<Open>();
  readonly #changed = new EventEmitter();

  constructor(server: string, agent: Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  hold(which: Which, what: string, milliseconds = 60_000): Promise<HeldRequest> {
    const { promise, resolve } = Promise.withResolvers<HeldRequest>();
    const wanted = { which, take: resolve };
    this.#wanted.add(wanted);
    const held = within(milliseconds, `${what} to arrive at the proxy`, () => promise).finally(() =>
      this.#wanted.delete(wanted),
    );
    held.catch(() => {});
    return held;
  }

  watching(which: Which, milliseconds = 30_000): Promise<true> {
    return seen(
      milliseconds,
      'an open answer at the proxy',
      () => ([...this.#open].some(({ request }) => which(request)) ? true : undefined),
      (changed) => {
        this.#changed.on('opened', changed);
        return () => this.#changed.off('opened', changed);
      },
    );
  }

  silence(which: Which): Silenced {
    const { promise, resolve } = Promise.withResolvers<void>();
    const silenced = [...this.#open].filter(({ request }) => which(request));
    for (const open of silenced) open.silent = resolve;
    return {
      swallowed: promise,
      cut: () => {
        for (const { answer } of silenced) answer.destroy();
      },
    };
  }

  async take(message: IncomingMessage, answer: ServerResponse): Promise<void> {
    // A sender that went away in the middle of its request has sent none.
    const bytes = await buffer(message).catch(() => null);
    if (bytes === null) return;
    const request = passedRequest(message, bytes);
    const sent = { message, bytes };
    const wanted = [...this.#wanted].find(({ which }) => which(request));
    if (wanted === undefined) return void (await this.#pass(request, sent, answer));
    this.#wanted.delete(wanted);
    wanted.take({
      request,
      cut: () => void answer.destroy(),
      land: async () => {
        const landed = await this.#send(request, sent);
        await buffer(landed);
        return landed.statusCode ?? 0;
      },
      pass: () => this.#pass(request, sent, answer),
    });
  }

  async #pass(request: PassedRequest, sent: Sent, answer: ServerResponse): Promise<number> {
    const gone = new AbortController();
    answer.once('close', () => gone.abort());
    try {
      const message = await this.#send(request, sent, gone.signal);
      answer.writeHead(message.statusCode ?? 502, message.headers);
      answer.flushHeaders();
      await this.#tell(request, message, answer);
      return message.statusCode ?? 0;
    } catch {
      // The API server, or the sender, went away: the other end sees just that.
      answer.destroy();
      return 0;
    }
  }

  async #tell(request: PassedRequest, message: IncomingMessage, answer: ServerResponse): Promise<void> {
    const open: Open = { request, answer, silent: null };
    this.#open.add(open);
    this.#changed.emit('opened');
    try {
      for await (const chunk of message) {
        if (open.silent === null) answer.write(chunk);
        else open.silent();
      }
      if (open.silent === null) answer.end();
    } finally {
      this.#open.delete(open);
    }
  }

  #send(request: PassedRequest, { message, bytes }: Sent, signal?: AbortSignal): Promise<IncomingMessage> {
    this.passed.push(request);
    const { host: _host, connection: _connection, ...headers } = message.headers;
    const options = {
      method: request.method,
      agent: this.#agent,
      headers,
      ...(signal === undefined ? {} : { signal }),
    };
    return new Promise((resolve, reject) => {
      httpsRequest(new URL(message.url ?? '/', this.#server), options, resolve)
        .on('error', reject)
        .end(bytes);
    });
  }
}

interface Sent {
  readonly message: IncomingMessage;
  readonly bytes: Buffer;
}

function passedRequest(message: IncomingMessage, bytes: Buffer): PassedRequest {
  const { method = '', url = '', headers } = message;
  const json = /\bjson\b/.test(headers['content-type'] ?? '');
  const body = json && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
  const serial = (message.socket as TLSSocket).getPeerCertificate().serialNumber;
  return { method, path: url.split('?', 1)[0] ?? '', headers, body, serial };
}
