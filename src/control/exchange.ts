import type { IncomingMessage, ServerResponse } from 'node:http';

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

/** The request with its body, or null when the body is longer than it may be. Rejects when the client goes away. */
export async function readRequest(message: IncomingMessage, mostBytes: number): Promise<ServeRequest | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed on return: the connection must still carry the refusal.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) return null;
    chunks.push(chunk);
  }
  const [path = ''] = (message.url ?? '').split('?');
  return { method: message.method ?? '', path, body: Buffer.concat(chunks).toString('utf8') };
}

/** Writes the reply and ends the connection behind it. */
export function writeReply(response: ServerResponse, reply: ServeReply): void {
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    connection: 'close',
    ...reply.headers,
  });
  response.end(reply.body);
}

export function plainReply(status: number, body: string): ServeReply {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}\n` };
}
