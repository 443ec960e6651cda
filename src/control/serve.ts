import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../ports/clock.ts';
import { plainReply, readRequest, type ServeHandler, type ServeReply, writeReply } from './exchange.ts';
import { listenOn } from './listen-on.ts';
import { bindSocketFile, type SocketFile } from './socket-file.ts';
import { transferTime } from './transfer-time.ts';

/** Where to listen. `host` null: every address of the machine. */
export type ServeAddress =
  | { readonly is: 'tcp'; readonly host: string | null; readonly port: number }
  | ({ readonly is: 'unix' } & SocketFile);

export interface ServeDeps {
  readonly clock: Clock;
  /** Told what a handler threw; the client learns nothing of it. */
  failed(error: unknown): void;
}

export interface OpenServer {
  /** The port it got; null on a socket file. */
  readonly port: number | null;
  /** Whether the socket file belongs to the wanted group; true where none was wanted. */
  readonly group: boolean;
  /** Resolves with the cause if the server ends by itself. */
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
 * long an answer takes is the handler's matter. Rejects with the system's error when the address cannot be had.
 */
export async function serve(address: ServeAddress, handle: ServeHandler, deps: ServeDeps): Promise<OpenServer> {
  const stop = new AbortController();
  const times = transferTime(deps.clock);
  const server = createServer(
    // Node's own check of timeouts wakes the process twice a minute; the clock's timers take its place.
    {
      maxHeaderSize: serveLimits.headerBytes,
      headersTimeout: 0,
      requestTimeout: 0,
      connectionsCheckingInterval: never,
    },
    (message, response) => {
      void exchange(message, response, handle, deps, stop.signal).then((reply) => {
        times.give(message.socket, serveLimits.transferTime);
        if (reply !== null) writeReply(response, reply);
      });
      message.once('end', () => times.stop(message.socket));
    },
  );
  server.maxConnections = serveLimits.connections;
  server.on('connection', (socket) => times.give(socket, serveLimits.transferTime));
  const file = await bind(server, address);
  const ended = new Promise<Error>((resolve) => void server.on('error', resolve));
  const close = async (): Promise<void> => {
    await file?.remove();
    stop.abort(new Error('the server closes'));
    await closeServer(server, deps.clock);
  };
  return { port: portOf(server), group: file === null || address.is !== 'unix' || file.group, ended, close };
}

/** The longest interval a timer of Node takes: 24.8 days. */
const never = 2 ** 31 - 1;

async function bind(server: Server, address: ServeAddress) {
  if (address.is === 'unix') return await bindSocketFile(server, address);
  await listenOn(server, address.host === null ? { port: address.port } : { port: address.port, host: address.host });
  return null;
}

/** Null: the client is gone, or sent more than it may and takes no answer. */
async function exchange(
  message: IncomingMessage,
  response: ServerResponse,
  handle: ServeHandler,
  deps: ServeDeps,
  closing: AbortSignal,
): Promise<ServeReply | null> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client is gone')));
  try {
    const request = await readRequest(message, serveLimits.bodyBytes);
    if (request === null) return plainReply(413, `a request may have ${serveLimits.bodyBytes} bytes at most`);
    return await handle(request, AbortSignal.any([closing, gone.signal]));
  } catch (error) {
    if (gone.signal.aborted) return null;
    if (closing.aborted) return plainReply(503, 'the service is stopping');
    deps.failed(error);
    return plainReply(500, 'the service failed to answer; its log says why');
  }
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cancel = clock.timer(serveLimits.closingTime, () => server.closeAllConnections());
  await closed;
  cancel();
}

function portOf(server: Server): number | null {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}
