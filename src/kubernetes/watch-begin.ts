import { fraction } from '../core/now.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { objectIn, textIn } from './json.ts';
import { listObjects } from './list.ts';
import { readOutcome } from './outcome.ts';
import type { Call } from './transport.ts';
import { metaOf, notNewer } from './watch-events.ts';
import type { Watching } from './watched.ts';

/** A watch that runs; `listed`: what was read for it anew, null when it went on from where the last one ended. */
export interface Running<T> {
  readonly is: 'running';
  readonly lines: AsyncIterable<string>;
  readonly listed: readonly T[] | null;
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
 * Opens the next watch. `routine`: the last one ended as watches do, so it goes on from the last version without a
 * question. After a break the cluster may have been restored to an older state; a watch from a version that is still to
 * come would be accepted and stay silent (storage/cacher getAllEventsSinceLocked), so that is asked first.
 */
export async function begin<T>(watching: Watching<T>, routine: boolean): Promise<Running<T> | NotRunning> {
  const { what, seen } = watching;
  if (seen.position !== '' && !routine) {
    const reached = what.first.by === 'get' ? false : await isReached(watching);
    if (typeof reached !== 'boolean') return reached;
    if (!reached) seen.forget();
  }
  if (seen.position !== '') {
    const resumed = await open(watching, seen.position, null, routine ? routineOpening : undefined);
    if (resumed !== 'expired') return resumed;
    seen.forget();
  }
  return what.first.by === 'list' ? await beginByList(watching) : await beginByGet(watching, what.first);
}

async function beginByList<T>(watching: Watching<T>): Promise<Running<T> | NotRunning> {
  const { what, seen, transport, signal } = watching;
  const listed = await listObjects(transport, listCall(watching), what.parse, signal);
  if (listed.is === 'failed') return listed;
  seen.begin(listed.version, listed.metas);
  return settled(watching, await open(watching, listed.version, listed.objects));
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
  const opened = settled(watching, await open(watching, '0', []));
  if (opened.is === 'failed') return opened;
  const read = readOutcome(await transport.call(first.call, signal), first.call, first.name, (object) => {
    const view = what.parse(object);
    return view === null ? null : { view, object };
  });
  if (read.is === 'failed') {
    opened.close();
    return { ...read, retryAfter: null };
  }
  if (read.is === 'gone') seen.forget();
  else seen.begin(metaOf(read.object.object).version, [metaOf(read.object.object)]);
  return { ...opened, listed: read.is === 'gone' ? [] : [read.object.view] };
}

/** Whether the cluster's present version is not before the one that was seen; one small read. */
async function isReached<T>(watching: Watching<T>): Promise<boolean | NotRunning> {
  const call = listCall(watching);
  const reply = await watching.transport.call({ ...call, query: { ...call.query, limit: '1' } }, watching.signal);
  switch (reply.is) {
    case 'silent':
      return { is: 'failed', reason: reply.reason, retryAfter: null };
    case 'problem':
      return { is: 'failed', reason: reply.reason, retryAfter: reply.problem.retryAfter };
    case 'ok':
      return notNewer(watching.seen.position, textIn(objectIn(reply.body, 'metadata'), 'resourceVersion'));
  }
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

async function open<T>(
  watching: Watching<T>,
  version: string,
  listed: readonly T[] | null,
  deadline?: number,
): Promise<Running<T> | NotRunning | 'expired'> {
  const { what, transport, clock, signal } = watching;
  const life = new AbortController();
  const seconds = shortestLife + Math.floor(jitter * fraction(clock.now()));
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
      return { is: 'running', lines: reply.lines, listed, close: () => life.abort() };
    case 'silent':
      return { is: 'failed', reason: reply.reason, retryAfter: null };
    case 'problem':
      if (reply.problem.status === 410) return 'expired';
      return { is: 'failed', reason: reply.reason, retryAfter: reply.problem.retryAfter };
  }
}

/** A version that was read just now and is too old already: no reason to read again at once. */
function settled<T>(watching: Watching<T>, opened: Running<T> | NotRunning | 'expired'): Running<T> | NotRunning {
  if (opened !== 'expired') return opened;
  watching.seen.forget();
  const why = 'what was read just now is too old for it already';
  return { is: 'failed', reason: reason('api-failed', { action: watching.what.action, why }), retryAfter: null };
}
