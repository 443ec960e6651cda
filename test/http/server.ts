import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type HttpClient, type HttpRequest, openHttp } from '../../src/http/client.ts';
import type { TlsMaterial } from '../../src/http/tls.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { realClock } from '../fakes/clock.ts';

/** A server on a free port of 127.0.0.1 that counts what reaches it. */
export interface TestServer extends AsyncDisposable {
  readonly url: URL;
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Every connection that was ever opened, and those open now. */
  readonly sockets: Socket[];
  open(): number;
  readonly server: Server;
}

export async function serve(handler: RequestListener, tls?: ServerOptions, port = 0): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const sockets: Socket[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    handler(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.keepAliveTimeout = 0;
  // With TLS the plain socket below is never told that the connection ended.
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => sockets.push(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: new URL(`${tls === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`),
    port: bound,
    requests,
    sockets,
    server,
    open: () => sockets.filter((socket) => !socket.destroyed).length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port where nothing listens. */
export async function freePort(): Promise<number> {
  await using server = await serve(() => {});
  return server.port;
}

export const noTls: TlsMaterial = { ca: null, cert: null, key: null, servername: null, verify: true };

export function request(over: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', path: '/', headers: {}, body: null, deadline: 60_000, most: 1024, ...over };
}

/** Resolves when `condition` holds; asks after each turn of the event loop. What has not come true after 10 s never does. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`this never came true: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const never = new AbortController().signal;

/** A client of the server at this address, without a proxy. */
export function client(url: URL, tls: TlsMaterial = noTls, clock: Clock = realClock()): HttpClient {
  return openHttp({ url, tls, proxy: null }, clock);
}
