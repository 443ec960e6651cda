import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import { listenOn } from './listen-on.ts';
import { bindSocketFile, type SocketFile } from './socket-file.ts';

/** Where to listen. `host` null: every address of the machine. */
export type ServeAddress =
  | { readonly is: 'tcp'; readonly host: string | null; readonly port: number }
  | ({ readonly is: 'unix' } & SocketFile);

export interface ServeRequest {
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  readonly body: string;
}

export interface ServeReply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one request. The signal is aborted when the client is gone or the server closes. */
export type ServeHandler = (request: ServeRequest, signal: AbortSignal) => Promise<ServeReply>;

export interface OpenServer {
  /** Whether the socket file's group has it; true where none was wanted. */
  readonly group: boolean;
  /** Resolves when the server has ended by itself, with the cause. */
  readonly ended: Promise<Error>;
  /** Takes no new connection, aborts what is being handled, gives answers a second, removes its file. */
  close(): Promise<void>;
}

export const serveLimits = {
  bodyBytes: 64 * 1024,
  headerBytes: 8 * 1024,
  connections: 32,
  /** Milliseconds from the connection to the last byte of the request, and again for the client to take the answer. */
  transferTime: 10_000,
  /** Milliseconds that answers on their way get when the server closes. */
  closingTime: 1_000,
} as const;

/**
 * An HTTP/1.1 server for few and short requests, one a connection. Bodies, headers, connections and times are bounded; how
 * long an answer takes is the handler's matter. A handler that throws is answered with 500 and tells the client nothing of
 * it. Rejects with the system's error when the address cannot be had.
 */
export async function serve(
  address: ServeAddress,
  handle: ServeHandler,
  deps: { readonly clock: Clock; failed(error: unknown): void },
): Promise<OpenServer> {
  const stop = new AbortController();
  const server = createServer(
    // Node's own check of timeouts wakes the process twice a minute; the clock's timers take its place.
    { maxHeaderSize: serveLimits.headerBytes, headersTimeout: 0, requestTimeout: 0, connectionsCheckingInterval: never },
    (request, response) => void answer(request, response, handle, deps, stop.signal),
  );
  server.maxConnections = serveLimits.connections;
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket) => limitTransfer(socket, deps.clock));
  const bound = address.is === 'unix' ? await bindSocketFile(server, address) : await bindPort(server, address);
  const ended = new Promise<Error>((resolve) => {
    server.on('error', resolve);
  });
  return {
    group: bound.group,
    ended,
    close: async () => {
      await bound.remove();
      stop.abort(new Error('the server closes'));
      await closeServer(server, deps.clock);
    },
  };
}

/** The longest interval a timer of Node takes: 24.8 days. */
const never = 2 ** 31 - 1;

async function bindPort(server: Server, address: { readonly host: string | null; readonly port: number }) {
  await listenOn(server, address.host === null ? { port: address.port } : { port: address.port, host: address.host });
  return { group: true, remove: async () => undefined };
}

const transfers = new WeakMap<Socket, () => void>();

/** Gives the peer a bounded time from now, in place of what it had left. */
function limitTransfer(socket: Socket, clock: Clock): void {
  freeTransfer(socket);
  transfers.set(
    socket,
    clock.timer(serveLimits.transferTime, () => socket.destroy()),
  );
  socket.once('close', () => freeTransfer(socket));
}

function freeTransfer(socket: Socket): void {
  transfers.get(socket)?.();
  transfers.delete(socket);
}
