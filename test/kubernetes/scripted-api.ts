import type { IncomingMessage, ServerResponse } from 'node:http';
import { reason } from '../../src/core/reasons.ts';
import { openHttp } from '../../src/http/client.ts';
import type { Connections } from '../../src/kubernetes/connection.ts';
import { createTransport, type Transport } from '../../src/kubernetes/transport.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { noTls, serve, type TestServer } from '../http/server.ts';

/** An API server that answers only what a test tells it to, request by request. */
export interface ScriptedApi extends AsyncDisposable {
  readonly server: TestServer;
  /** The next request that came in; waits for it. */
  next(): Promise<Asked>;
  /** Requests that nobody has answered or looked at yet. */
  readonly waiting: number;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** The body as JSON; undefined when there is none. */
  readonly body: unknown;
  answer(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): void;
  /** An answer that is no JSON. */
  page(status: number, text: string): void;
  /** Begins a watch: headers now, lines later. */
  watch(...events: readonly WatchJson[]): void;
  send(...events: readonly WatchJson[]): void;
  text(line: string): void;
  end(): void;
  reset(): void;
}

export interface WatchJson {
  readonly type: string;
  readonly object: unknown;
}

export async function scriptedApi(): Promise<ScriptedApi> {
  const queue: Asked[] = [];
  let wake = (): void => {};
  const server = await serve((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      queue.push(asked(incoming, response, Buffer.concat(parts).toString()));
      wake();
    });
  });
  return {
    server,
    get waiting() {
      return queue.length;
    },
    async next() {
      for (;;) {
        const first = queue.shift();
        if (first !== undefined) return first;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function asked(incoming: IncomingMessage, response: ServerResponse, body: string): Asked {
  const url = new URL(incoming.url ?? '/', 'http://api');
  const line = (event: unknown): void => void response.write(`${JSON.stringify(event)}\n`);
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body: body === '' ? undefined : JSON.parse(body),
    page(status, text) {
      response.writeHead(status, { 'content-type': 'text/html', connection: 'close' }).end(text);
    },
    answer(status, json, headers = {}) {
      // Kept connections would leave timers of their own on the clock.
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
      response.end(json === undefined ? '' : JSON.stringify(json));
    },
    watch(...events) {
      response.writeHead(200).flushHeaders();
      events.forEach(line);
    },
    send: (...events) => events.forEach(line),
    text: (text) => void response.write(`${text}\n`),
    end: () => void response.end(),
    reset: () => void incoming.socket.resetAndDestroy(),
  };
}

/** One way to a scripted API server, with counts of what was asked. */
export function transportTo(url: URL, clock: Clock, headers: Readonly<Record<string, string>> = {}): TestTransport {
  const counts: Record<string, number> = {};
  const http = openHttp({ url, tls: noTls, proxy: null }, clock);
  const refusal = () => reason('credentials-unusable', { file: '/test', why: '401' });
  const connections: Connections = {
    current: async () => ({ is: 'connected', http, headers, refusal }),
    renew: async () => false,
  };
  const counter = {
    count(verb: string, outcome: string) {
      counts[`${verb} ${outcome}`] = (counts[`${verb} ${outcome}`] ?? 0) + 1;
    },
  };
  return { ...createTransport(connections, counter), counts, close: () => http.retire() };
}

export interface TestTransport extends Transport {
  readonly counts: Readonly<Record<string, number>>;
  close(): void;
}

export function status(code: number, reason: string, over: Readonly<Record<string, unknown>> = {}): unknown {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `${reason} said so`, ...over };
}

export function notFound(name: string): unknown {
  return status(404, 'NotFound', { details: { name } });
}
