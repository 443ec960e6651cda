import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';
import { expositionType } from './exposition.ts';
import { type ListenAddress, parseListen } from './listen-address.ts';

/** What a server has to do for the metrics; control/serve.ts does it. */
export type ServePage = (
  address: ListenAddress,
  handle: (request: { readonly method: string; readonly path: string }, signal: AbortSignal) => Promise<PageReply>,
) => Promise<PageServer>;

export interface PageReply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PageServer {
  /** Resolves with the cause if the server ends by itself. */
  readonly ended: Promise<Error>;
  close(): Promise<void>;
}

export interface MetricsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly serve: ServePage;
}

/**
 * Offers the page at GET /metrics of the configured address (`host:port` or `unix:/path`) until the signal is aborted, and
 * resolves when all is closed. Never rejects: an address that cannot be had is logged, once for each new cause, and tried
 * again after 1 s, then doubling up to a minute.
 */
export async function offerMetrics(
  listen: string,
  page: () => string,
  deps: MetricsDeps,
  signal: AbortSignal,
): Promise<void> {
  const address = parseListen(listen);
  if (address === null) {
    deps.log.event('metrics-failed', { listen, why: 'the address is neither host:port nor unix:/path' });
    return;
  }
  let told = '';
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const server = await deps.serve(address, async ({ method, path }) => answer(method, path, page));
      deps.log.event('metrics-listening', { listen });
      [failures, told] = [0, ''];
      await untilEnd(server, signal);
    } catch (error) {
      const why = outsideText(error instanceof Error ? error.message : String(error), 200);
      if (why !== told) deps.log.event('metrics-failed', { listen, why });
      told = why;
    }
    await deps.clock.sleep(Math.min(longestPause, 1000 * 2 ** Math.min(failures, 10)), signal).catch(() => undefined);
  }
}

const longestPause = 60_000;

/** Resolves when the signal was aborted and the server is closed; throws when the server ended by itself. */
async function untilEnd(server: PageServer, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const cause = await Promise.race([server.ended, stopped]);
  await server.close();
  if (cause !== null) throw cause;
}

function answer(method: string, path: string, page: () => string): PageReply {
  const plain = 'text/plain; charset=utf-8';
  if (path !== '/metrics') return { status: 404, type: plain, body: 'the metrics are at /metrics\n' };
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, type: plain, body: 'only GET is possible here\n', headers: { allow: 'GET, HEAD' } };
  }
  return { status: 200, type: expositionType, body: page() };
}
