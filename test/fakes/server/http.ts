import { constants } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ApiError } from '../api/errors.ts';
import { admin, type User } from '../api/user.ts';
import { authenticate } from './authenticate.ts';
import type { Pair } from './certificates.ts';
import type { Tokens } from './credentials.ts';
import type { Exchange, Front } from './front.ts';

export interface HttpOptions {
  readonly front: Front;
  readonly tokens: Tokens;
  /** The server's certificate and the authority of its clients; null: plain HTTP, where tokens alone tell who asks. */
  readonly tls: (Pair & { readonly ca: string }) | null;
}

export interface HttpFront {
  /** On 127.0.0.1; 0: any free port. Answers the port. */
  listen(port: number): Promise<number>;
  listening(): boolean;
  /** At once: open connections are cut. */
  close(): Promise<void>;
  /** How many connections were opened so far, and are open now. */
  connections(): { readonly ever: number; readonly open: number };
  /** Cuts every connection; the server stays. */
  cutAll(): void;
}

const longestBody = 3 * 1024 * 1024;

/** HTTP/1.1, with TLS or without, before a front. */
export function httpFront(options: HttpOptions): HttpFront {
  const sockets = new Set<Socket>();
  let ever = 0;
  let server: Server | null = null;
  const make = (): Server => {
    const handle = (message: IncomingMessage, response: ServerResponse): void =>
      void serve(options, message, response).catch((error: unknown) => fail(response, error));
    const made = options.tls === null ? createServer(handle) : createTlsServer(tlsOptions(options.tls), handle);
    made.on('connection', (socket: Socket) => {
      ever += 1;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    made.keepAliveTimeout = 0;
    made.requestTimeout = 0;
    return made;
  };
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    cutAll,
    listening: () => server !== null,
    connections: () => ({ ever, open: sockets.size }),
    async listen(port) {
      const made = make();
      server = made;
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject);
        made.listen(port, '127.0.0.1', resolve);
      });
      return (made.address() as AddressInfo).port;
    },
    async close() {
      const closing = server;
      server = null;
      if (closing === null) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      cutAll();
      await closed;
    },
  };
}

function tlsOptions({ cert, key, ca }: Pair & { readonly ca: string }): Parameters<typeof createTlsServer>[0] {
  // No sessions are resumed: each connection shows its certificate itself.
  return { cert, key, ca, requestCert: true, rejectUnauthorized: false, secureOptions: constants.SSL_OP_NO_TICKET };
}

async function serve(options: HttpOptions, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const exchange = exchangeOver(message, response);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  }
  let user: User = admin;
  try {
    user = authenticate(message, options.tokens);
    if (size > longestBody)
      throw new ApiError({
        code: 413,
        reason: 'RequestEntityTooLarge',
        message: 'Request entity too large: limit is 3145728',
      });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    exchange.answer(error.code, { 'content-type': 'application/json' }, JSON.stringify(error.status));
    return;
  }
  options.front.receive(
    {
      user,
      method: message.method ?? 'GET',
      target: message.url ?? '/',
      headers: message.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    },
    exchange,
  );
}

function exchangeOver(message: IncomingMessage, response: ServerResponse): Exchange {
  return {
    answer(code, headers, body) {
      if (response.destroyed || response.writableEnded) return;
      response.writeHead(code, headers).end(body);
    },
    stream() {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      return {
        line: (text) => void (response.destroyed || response.write(`${text}\n`)),
        end: () => void response.end(),
        onGone: (then) => void response.on('close', then),
      };
    },
    cut: () => void message.socket.destroy(),
  };
}

/** A client that goes away while it sends is nothing to report; anything else is a fault of the fake itself. */
function fail(response: ServerResponse, error: unknown): void {
  const gone = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
  if (!gone) process.emitWarning(`the fake API server could not answer: ${(error as Error).stack}`);
  if (!response.headersSent && !response.destroyed) response.writeHead(500).end(String(error));
  else response.destroy();
}
