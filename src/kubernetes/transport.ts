import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { Answered, HttpRequest } from '../http/client.ts';
import type { Unanswered } from '../http/failure.ts';
import type { Connection, Connections } from './connection.ts';
import { Cuts } from './cuts.ts';
import { type JsonObject, parseObject } from './json.ts';
import { type Problem, problemText, readProblem } from './problem.ts';

/** One request to the API server, without its credentials. */
export interface Call {
  readonly verb: Verb;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** How a PATCH is meant: RFC 7386, or the strategic merge patch of Kubernetes. */
  readonly patch?: 'merge' | 'strategic';
  /** The user to impersonate; null: none. */
  readonly as?: string | null;
  /** What it does, to follow "the API server refused to". */
  readonly action: string;
  /** Milliseconds; by verb when absent. */
  readonly deadline?: number;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch';

/**
 * What came of a call.
 * - `ok`: a 2xx with its object; the API server answers nothing with an empty body.
 * - `problem`: the API server, or something before it, said no; `reason` says it in words.
 * - `silent`: no whole answer, or none of the API server's; `sent: no` proves that nothing was done.
 */
export type Reply =
  | { readonly is: 'ok'; readonly status: number; readonly body: JsonObject }
  | { readonly is: 'problem'; readonly problem: Problem; readonly reason: Reason }
  | Silent;

export interface Silent {
  readonly is: 'silent';
  readonly sent: 'no' | 'maybe';
  readonly reason: Reason;
}

export type WatchReply =
  | { readonly is: 'watching'; readonly lines: AsyncIterable<string> }
  | Exclude<Reply, { is: 'ok' }>;

/** Counts calls by verb and outcome, for metrics. */
export interface CallCounter {
  count(verb: Verb, outcome: CallOutcome): void;
}

export type CallOutcome = 'ok' | 'conflict' | 'not-found' | 'refused' | 'failed' | 'not-sent' | 'unknown';

/** Speaks to one API server as one user. Nothing here throws, and every call ends within its deadline. */
export interface Transport {
  readonly cuts: Cuts;
  call(call: Call, signal: AbortSignal): Promise<Reply>;
  /** Opens a watch; its lines end with the signal. The deadline is for the opening only. */
  watch(call: Call, signal: AbortSignal): Promise<WatchReply>;
  /** Looks whether the credentials changed, and if so closes every connection made with the old ones. */
  recheck(signal: AbortSignal): Promise<void>;
}

/** Evictions may take the API server 20 tries of 500 ms of its own (registry/core/pod/storage/eviction.go); lists may be long. */
const deadlines: Readonly<Record<Verb, number>> = {
  get: 10_000,
  list: 30_000,
  watch: 10_000,
  create: 30_000,
  update: 15_000,
  patch: 15_000,
};
const methods: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
};
/** An object of etcd is 1.5 MiB at most, and a list's page holds a hundred pods; a Node with thousands of images 300 KiB. */
const longest = 16 * 1024 * 1024;

export function createTransport(connections: Connections, counter: CallCounter): Transport {
  return {
    cuts: new Cuts(),
    call: async (call, signal) => {
      const reply = await send(connections, call, signal);
      counter.count(call.verb, outcome(reply));
      return reply;
    },
    watch: async (call, signal) => {
      const reply = await open(connections, call, signal);
      counter.count(call.verb, reply.is === 'watching' ? 'ok' : outcome(reply));
      return reply;
    },
    recheck: async (signal) => void (await connections.current(signal)),
  };
}

async function send(connections: Connections, call: Call, signal: AbortSignal): Promise<Reply> {
  return await withConnection(connections, call, signal, async (connection, request) =>
    replyOf(await connection.http.send(request, signal), connection, call),
  );
}

async function open(connections: Connections, call: Call, signal: AbortSignal): Promise<WatchReply> {
  return await withConnection<WatchReply>(connections, call, signal, async (connection, request) => {
    const answer = await connection.http.stream(request, signal);
    if (answer.is === 'streaming') return { outcome: { is: 'watching', lines: answer.lines }, suspect: false };
    const { outcome, suspect } = replyOf(answer, connection, call);
    if (outcome.is !== 'ok') return { outcome, suspect };
    const why = `its answer to a watch has status ${outcome.status}`;
    return { outcome: { is: 'silent', sent: 'maybe', reason: failed(call, why) }, suspect };
  });
}

interface Tried<T> {
  readonly outcome: T;
  /** The credentials may be the cause. */
  readonly suspect: boolean;
}

/** Runs a call; once more when the credentials were the cause and others are there now: a 401 and a failed handshake changed nothing. */
async function withConnection<T extends Reply | WatchReply>(
  connections: Connections,
  call: Call,
  signal: AbortSignal,
  attempt: (connection: Connection, request: HttpRequest) => Promise<Tried<T>>,
): Promise<T | Silent> {
  const connection = await connections.current(signal);
  if (connection.is === 'none') return { is: 'silent', sent: 'no', reason: connection.reason };
  const first = await attempt(connection, requestOf(call, connection));
  if (!first.suspect || signal.aborted) return first.outcome;
  if (!(await connections.renew(connection, signal))) return refusedStill(first.outcome, connection);
  const renewed = await connections.current(signal);
  if (renewed.is === 'none') return first.outcome;
  return (await attempt(renewed, requestOf(call, renewed))).outcome;
}

/** By now it may be known why there are no other credentials. */
function refusedStill<T extends Reply | WatchReply>(outcome: T, connection: Connection): T {
  if (outcome.is !== 'problem' || outcome.problem.status !== 401) return outcome;
  return { ...outcome, reason: connection.refusal() };
}

function requestOf(call: Call, connection: Connection): HttpRequest {
  const query = new URLSearchParams(call.query).toString();
  return {
    method: methods[call.verb],
    path: query === '' ? call.path : `${call.path}?${query}`,
    headers: {
      accept: 'application/json',
      'user-agent': 'kured-host',
      ...connection.headers,
      ...(typeof call.as === 'string' && call.as !== '' ? { 'impersonate-user': call.as } : {}),
      ...(call.body === undefined ? {} : { 'content-type': contentType(call) }),
    },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    deadline: call.deadline ?? deadlines[call.verb],
    most: longest,
  };
}

function contentType(call: Call): string {
  return call.patch === undefined
    ? 'application/json'
    : `application/${call.patch === 'strategic' ? 'strategic-' : ''}merge-patch+json`;
}

function replyOf(answer: Answered | Unanswered, connection: Connection, call: Call): Tried<Reply> {
  if (answer.is === 'unanswered') {
    const server = connection.http.target.url.origin;
    const why = reason('api-unavailable', { server, why: answer.why });
    return { outcome: { is: 'silent', sent: answer.sent, reason: why }, suspect: answer.kind === 'tls' };
  }
  if (answer.status >= 200 && answer.status < 300) {
    const body = parseObject(answer.body);
    if (body !== null) return { outcome: { is: 'ok', status: answer.status, body }, suspect: false };
    // A page of something on the way: whether the API server was asked at all is not known.
    const why =
      answer.body === '' ? 'its answer is empty' : `its answer is no JSON object: ${outsideText(answer.body, 300)}`;
    return { outcome: { is: 'silent', sent: 'maybe', reason: failed(call, why) }, suspect: false };
  }
  const problem = readProblem(answer.status, answer.headers, answer.body);
  const why = problem.status === 401 ? connection.refusal() : problemReason(problem, call);
  return { outcome: { is: 'problem', problem, reason: why }, suspect: problem.status === 401 };
}

function problemReason(problem: Problem, call: Call): Reason {
  const refused = problem.status === 403;
  return refused
    ? reason('api-refused', { action: call.action, why: problemText(problem) })
    : failed(call, problemText(problem));
}

function failed(call: Call, why: string): Reason {
  return reason('api-failed', { action: call.action, why });
}

function outcome(reply: Reply): CallOutcome {
  switch (reply.is) {
    case 'ok':
      return 'ok';
    case 'silent':
      return reply.sent === 'no' ? 'not-sent' : 'unknown';
    case 'problem':
      return problemOutcome(reply.problem.status);
  }
}

function problemOutcome(status: number): CallOutcome {
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  return status >= 400 && status < 500 ? 'refused' : 'failed';
}
