import { fraction } from '../core/now.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { listObjects } from './list.ts';
import { readOutcome } from './outcome.ts';
import type { Call } from './transport.ts';
import { metaOf } from './watch-events.ts';
import type { Watching } from './watched.ts';

/** A watch that runs. */
export interface Running<T> extends Opened {
  /** All was read anew for it; otherwise it goes on from where the last one ended. */
  readonly anew: boolean;
  /** What was read; null when nothing was, or only what had been told already. */
  readonly listed: readonly T[] | null;
  /** The object that the watch is about was not there; always false for a watch by list. */
  readonly gone: boolean;
}

interface Opened {
  readonly is: 'running';
  readonly lines: AsyncIterable<string>;
  /** Ends the connection. */
  close(): void;
}

export interface NotRunning {
  readonly is: 'failed';
  readonly reason: Reason;
  readonly retryAfter: number | null;
}

/** The server ends a watch after this; without it, after 30 to 60 minutes (kube-apiserver --min-request-timeout). */
const shortestLife = 40 * 60;
const jitter = 20 * 60;
/** How long the next watch may take to open before the one that ended counts as broken. */
const routineOpening = 5_000;

/**
 * Opens the next watch. `routine`: the last one ended as watches do, so it goes on from the last version.
 *
 * After anything else all is read anew. The cluster may have been restored to an older state meanwhile: then versions that
 * were seen are given again to other changes, or a watch from one that is still to come stays silent (storage/cacher
 * getAllEventsSinceLocked), and no version tells.
 */
export async function begin<T>(watching: Watching<T>, routine: boolean): Promise<Running<T> | NotRunning> {
  const { what, seen } = watching;
  if (routine && seen.position !== '') {
    const resumed = await open(watching, seen.position, routineOpening);
    if (resumed !== 'expired')
      return resumed.is === 'failed' ? resumed : { ...resumed, anew: false, listed: null, gone: false };
  }
  return what.first.by === 'list' ? await beginByList(watching) : await beginByGet(watching, what.first);
}

async function beginByList<T>(watching: Watching<T>): Promise<Running<T> | NotRunning> {
  const { what, seen, transport, signal } = watching;
  const listed = await listObjects(transport, listCall(watching), what.parse, signal);
  if (listed.is === 'failed') return listed;
  const opened = await openFresh(watching, listed.version);
  if (opened.is === 'failed') return opened;
  const news = seen.begin(listed.version, listed.found);
  return { ...opened, anew: true, listed: news ? listed.found.map(([, view]) => view) : null, gone: false };
}

/**
 * Without the right to list there is no version of the collection, and the object's own is too old for a watch as soon
 * as enough else has changed. So the watch is opened first, from what the API server has in its cache (version 0), and
 * then the object is read; what the watch tells of versions before that read is left out.
 */
async function beginByGet<T>(
  watching: Watching<T>,
  first: { readonly call: Call; readonly name: string },
): Promise<Running<T> | NotRunning> {
  const { what, seen, transport, signal } = watching;
  const opened = await openFresh(watching, '0');
  if (opened.is === 'failed') return opened;
  const read = readOutcome(await transport.call(first.call, signal), first.call, first.name, (object) => {
    const view = what.parse(object);
    return view === null ? null : ([metaOf(object), view] as const);
  });
  if (read.is === 'failed') {
    opened.close();
    return { ...read, retryAfter: null };
  }
  const found = read.is === 'gone' ? [] : [read.object];
  const news = seen.begin(found[0]?.[0].version ?? '', found);
  return { ...opened, anew: true, listed: news ? found.map(([, view]) => view) : null, gone: read.is === 'gone' };
}

function listCall<T>({ what }: Watching<T>): Call {
  return {
    verb: 'list',
    path: what.path,
    query: { fieldSelector: what.fieldSelector },
    as: what.as,
    action: what.action,
  };
}

/** A version that was read just now and is too old already is no reason to read again at once. */
async function openFresh<T>(watching: Watching<T>, version: string): Promise<Opened | NotRunning> {
  const opened = await open(watching, version);
  if (opened !== 'expired') return opened;
  const why = 'what was read just now is too old for it already';
  return { is: 'failed', reason: reason('api-failed', { action: watching.what.action, why }), retryAfter: null };
}

async function open<T>(
  watching: Watching<T>,
  version: string,
  deadline?: number,
): Promise<Opened | NotRunning | 'expired'> {
  const { what, transport, clock, signal } = watching;
  const life = new AbortController();
  const seconds = transport.cuts.life ?? shortestLife + Math.floor(jitter * fraction(clock.now()));
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(seconds),
    fieldSelector: what.fieldSelector,
    resourceVersion: version,
  };
  const { path, as, action } = what;
  const call = { verb: 'watch', path, query, as, action, ...(deadline === undefined ? {} : { deadline }) } as const;
  const reply = await transport.watch(call, AbortSignal.any([signal, life.signal]));
  switch (reply.is) {
    case 'watching':
      return { is: 'running', lines: reply.lines, close: () => life.abort() };
    case 'silent':
      return { is: 'failed', reason: reply.reason, retryAfter: null };
    case 'problem':
      if (reply.problem.status === 410) return 'expired';
      return { is: 'failed', reason: reply.reason, retryAfter: reply.problem.retryAfter };
  }
}
