import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as startRequest,
} from 'node:http';
import type { Clock } from '../ports/clock.ts';
import { TargetAgent } from './agent.ts';
import { readBody, readLines } from './body.ts';
import { type HttpTarget, hostOf, portOf } from './connect.ts';
import { classify, HttpFailure, type Unanswered, unanswered } from './failure.ts';
import { Places } from './places.ts';

export interface HttpRequest {
  readonly method: string;
  /** With its query; put behind the path of the target's URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Milliseconds for everything: waiting for a connection, connecting, sending, the whole answer (of a stream: up to its first byte). */
  readonly deadline: number;
  /** Bytes of the answer (of a stream: of one line) that are read at most. */
  readonly most: number;
}

export interface Answered {
  readonly is: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Streaming {
  readonly is: 'streaming';
  /** Ends when the server ends the answer; throws HttpFailure otherwise. Leaving the loop closes the connection. */
  readonly lines: AsyncIterable<string>;
}

/** Requests to one server over few kept connections. Never throws: what went wrong is an answer. */
export interface HttpClient {
  readonly target: HttpTarget;
  send(request: HttpRequest, signal: AbortSignal): Promise<Answered | Unanswered>;
  /** An answer that is read line by line, until the signal is aborted; any status but 200 is `answered` with its body. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<Streaming | Answered | Unanswered>;
  /** No connection outlives this but those of requests under way, which end with their answer; streams end at once (`retired`). */
  retire(): void;
}

/** Requests that are under way at the same time; more wait. Streams come on top. */
const mostRequests = 4;

export function openHttp(target: HttpTarget, clock: Clock): HttpClient {
  const agent = new TargetAgent(target, clock);
  const places = new Places(mostRequests);
  const retired = new AbortController();
  return {
    target,
    send: (request, signal) => send({ target, agent, places, clock }, request, signal),
    stream: (request, signal) => stream({ target, agent, clock }, request, AbortSignal.any([signal, retired.signal])),
    retire: () => {
      agent.retire();
      retired.abort(new HttpFailure('retired', 'the credentials changed'));
    },
  };
}

interface Via {
  readonly target: HttpTarget;
  readonly agent: TargetAgent;
  readonly clock: Clock;
}

async function send(
  via: Via & { readonly places: Places },
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Answered | Unanswered> {
  using limit = via.clock.deadline(request.deadline, signal);
  try {
    using _place = await via.places.take(limit.signal);
    const first = await sendOnce(via, request, limit.signal);
    // A kept connection the server closed just now: for a read that is no news (Node's own advice, http.ClientRequest.reusedSocket).
    return first === 'stale' ? finished(await sendOnce(via, request, limit.signal)) : first;
  } catch (error) {
    return unanswered(error, limit.signal, 'no');
  }
}

function finished(second: Answered | Unanswered | 'stale'): Answered | Unanswered {
  if (second !== 'stale') return second;
  return { is: 'unanswered', kind: 'lost', sent: 'maybe', why: 'the connection was lost' };
}

async function sendOnce(via: Via, request: HttpRequest, signal: AbortSignal): Promise<Answered | Unanswered | 'stale'> {
  const opened = await exchange(via, request, signal);
  if (opened.is === 'failed') return opened.stale && request.method === 'GET' ? 'stale' : opened.failure;
  return await whole(opened.message, request.most, signal);
}

async function whole(message: IncomingMessage, most: number, signal: AbortSignal): Promise<Answered | Unanswered> {
  try {
    const body = await readBody(message, most);
    return { is: 'answered', status: message.statusCode ?? 0, headers: message.headers, body };
  } catch (error) {
    return unanswered(error, signal, 'maybe');
  }
}

async function stream(via: Via, request: HttpRequest, signal: AbortSignal): Promise<Streaming | Answered | Unanswered> {
  const life = new AbortController();
  const ended = AbortSignal.any([signal, life.signal]);
  using limit = via.clock.deadline(request.deadline, signal);
  const tooLate = (): void => life.abort(limit.signal.reason);
  limit.signal.addEventListener('abort', tooLate, { once: true });
  const opened = await exchange(via, request, ended);
  if (opened.is === 'failed') return opened.failure;
  if (opened.message.statusCode !== 200) return await whole(opened.message, request.most, ended);
  limit.signal.removeEventListener('abort', tooLate);
  return { is: 'streaming', lines: classified(opened.message, request.most, ended) };
}

async function* classified(message: IncomingMessage, most: number, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* readLines(message, most);
  } catch (error) {
    throw classify(error, signal);
  } finally {
    message.destroy();
  }
}

/** `stale`: the connection was a kept one, and was closed under the request. */
type Opened =
  | { readonly is: 'opened'; readonly message: IncomingMessage }
  | { readonly is: 'failed'; readonly failure: Unanswered; readonly stale: boolean };

/** Sends one request and waits for the head of its answer. */
function exchange(via: Via, request: HttpRequest, signal: AbortSignal): Promise<Opened> {
  return new Promise((resolve) => {
    let sent: 'no' | 'maybe' = 'no';
    if (signal.aborted) {
      resolve({ is: 'failed', failure: unanswered(signal.reason, signal, sent), stale: false });
      return;
    }
    const outgoing = started(requestOptions(via, request), signal);
    if (outgoing instanceof HttpFailure) {
      resolve({ is: 'failed', failure: unanswered(outgoing, signal, sent), stale: false });
      return;
    }
    outgoing.once('socket', () => {
      sent = 'maybe';
    });
    outgoing.once('response', (message) => {
      // Errors of the body come through reading it; this keeps one that comes before from ending the process.
      message.on('error', () => {});
      resolve({ is: 'opened', message });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') && !signal.aborted;
      resolve({ is: 'failed', failure: unanswered(error, signal, sent), stale });
    });
    // Of an answer that goes over to another protocol (101) Node tells nothing but that the connection is closed.
    outgoing.once('close', () => {
      const lost = new HttpFailure('lost', 'the connection was lost');
      resolve({ is: 'failed', failure: unanswered(lost, signal, sent), stale: false });
    });
    outgoing.end(request.body ?? undefined);
  });
}

/** Begins a request; what cannot be one at all, with a token that is no header for one, is a failure like any other. */
function started(options: RequestOptions, signal: AbortSignal): ClientRequest | HttpFailure {
  try {
    return startRequest({ ...options, signal });
  } catch (error) {
    return classify(error, signal);
  }
}

function requestOptions(via: Via, request: HttpRequest): RequestOptions {
  const { url } = via.target;
  const length = request.body === null ? {} : { 'content-length': String(Buffer.byteLength(request.body)) };
  return {
    agent: via.agent,
    host: hostOf(url),
    port: portOf(url),
    method: request.method,
    path: url.pathname.replace(/\/$/, '') + request.path,
    headers: { host: url.host, ...request.headers, ...length },
  };
}
