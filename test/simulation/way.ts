import type { Answered, HttpClient, HttpRequest, Streaming } from '../../src/http/client.ts';
import { HttpFailure, type Unanswered, unanswered } from '../../src/http/failure.ts';
import { Places } from '../../src/http/places.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { User } from '../fakes/api/user.ts';
import type { CallName, Gate } from './gate.ts';
import type { Network, OnItsWay } from './network.ts';
import { Passage } from './passage.ts';

/** As in src/http/client.ts. */
const mostRequests = 4;

export interface WayOptions {
  readonly network: Network;
  readonly node: string;
  readonly user: User;
  readonly gate: Gate;
  readonly clock: Clock;
}

/** One process's client: what src/http/client.ts promises, with the simulated network instead of sockets. */
export function openWay(options: WayOptions): HttpClient {
  const { network, node, user, gate, clock } = options;
  const places = new Places(mostRequests);
  const retired = new AbortController();
  let count = 0;
  const begin = (request: HttpRequest): Passage => {
    count += 1;
    const of: OnItsWay = { place: `${gate.process}/request-${count}`, node, request, sentAt: network.time.mono() };
    return new Passage(network, user, of);
  };
  return {
    target: { url: new URL('http://api.simulated'), tls: noTls, proxy: null },
    send: (request, signal) => gate.call(nameOf(request), () => send(begin, places, clock, request, signal)),
    stream: (request, signal) => {
      const ends = AbortSignal.any([signal, retired.signal]);
      return gate.call('open-watch', () => stream(begin, gate, clock, request, ends));
    },
    retire: () => retired.abort(new HttpFailure('retired', 'the credentials changed')),
  };
}

const noTls = { ca: null, cert: null, key: null, servername: null, verify: true };

async function send(
  begin: (request: HttpRequest) => Passage,
  places: Places,
  clock: Clock,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Answered | Unanswered> {
  using limit = clock.deadline(request.deadline, signal);
  try {
    using _place = await places.take(limit.signal);
    const opened = await begin(request).open(limit.signal);
    return opened.is === 'lines' ? lostLines : opened;
  } catch (error) {
    return unanswered(error, limit.signal, 'no');
  }
}

const lostLines: Unanswered = { is: 'unanswered', kind: 'lost', sent: 'maybe', why: 'it answers with a stream' };

async function stream(
  begin: (request: HttpRequest) => Passage,
  gate: Gate,
  clock: Clock,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Streaming | Answered | Unanswered> {
  const life = new AbortController();
  const ended = AbortSignal.any([signal, life.signal]);
  using limit = clock.deadline(request.deadline, signal);
  const tooLate = (): void => life.abort(limit.signal.reason);
  limit.signal.addEventListener('abort', tooLate, { once: true });
  const opened = await begin(request).open(ended);
  if (opened.is !== 'lines') return opened;
  limit.signal.removeEventListener('abort', tooLate);
  // A machine or process that dies takes its connections along.
  gate.onClose(() => opened.cut());
  return { is: 'streaming', lines: opened.lines(() => gate.arrives('watch-line')) };
}

/** What the request is, for where strikes fall. */
function nameOf({ method, path }: HttpRequest): CallName {
  if (path.includes('/leases/')) return method === 'PUT' ? 'write-lease' : 'get-lease';
  if (path.includes('/events')) return 'tell-event';
  if (path.includes('/eviction')) return 'evict-pod';
  if (path.includes('/pods')) return 'list-pods';
  if (path.includes('/nodes/'))
    return method === 'GET' ? 'get-node' : path.includes('/status') ? 'publish-status' : 'patch-node';
  return 'request';
}
