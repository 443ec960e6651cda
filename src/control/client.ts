import { type IncomingMessage, request } from 'node:http';
import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
}

/**
 * What came of asking the daemon.
 * - `answer`: it answered; `body` is its JSON, or text where that is what the route gives.
 * - `nobody`: there is no socket, or no process behind it: the daemon does not run.
 * - `forbidden`: the socket is there and this user may not use it.
 * - `failed`: it is not known whether the daemon did what was asked; `why` is one clause.
 */
export type Asked =
  | { readonly is: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly is: 'nobody' }
  | { readonly is: 'forbidden' }
  | { readonly is: 'failed'; readonly why: string };

export interface AskDeps {
  readonly clock: Clock;
  /** Milliseconds the whole exchange may take. */
  readonly timeout: number;
}

/** Asks the daemon behind one of its sockets, once. Never throws; an aborted signal is `failed`. */
export async function ask(socket: string, question: Question, deps: AskDeps, signal: AbortSignal): Promise<Asked> {
  using deadline = deps.clock.deadline(deps.timeout, signal);
  try {
    const answer = await send(socket, question, deadline.signal);
    return { is: 'answer', status: answer.statusCode ?? 0, body: read(answer, await collect(answer)) };
  } catch (error) {
    if (deadline.signal.aborted) return { is: 'failed', why: text(deadline.signal.reason) };
    return judge(error);
  }
}

const mostBytes = 4 * 1024 * 1024;

function send(socketPath: string, question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, path, body } = question;
  const content = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    connection: 'close',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(content),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers, agent: false, signal }, resolve);
    sent.on('error', reject);
    sent.end(content);
  });
}

async function collect(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function read(answer: IncomingMessage, content: string): unknown {
  if (!answer.headers['content-type']?.startsWith('application/json')) return content;
  return JSON.parse(content);
}

/** unix(7): ECONNREFUSED is a socket file that nobody listens on. */
function judge(error: unknown): Asked {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { is: 'nobody' };
  if (code === 'EACCES' || code === 'EPERM') return { is: 'forbidden' };
  return { is: 'failed', why: text(error) };
}

function text(error: unknown): string {
  return outsideText(error instanceof Error ? error.message : String(error), 200);
}
