import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { HttpFailure } from '../http/failure.ts';
import type { WatchEvent } from '../ports/cluster.ts';
import { problemText } from './problem.ts';
import type { Running } from './watch-begin.ts';
import { readLine, type WatchLine } from './watch-events.ts';
import type { Watching } from './watched.ts';

/**
 * How a watch ended.
 * - `closed`: by the server, as watches end; `ours`: by us, because the credentials changed.
 * - `expired`: the version it went on from is no longer kept: everything has to be read anew.
 * - `appeared`: an object that was not there when it was read: it has to be read, too.
 * - `lost`: by anything else.
 */
export type End =
  | { readonly is: 'closed'; readonly ours: boolean }
  | { readonly is: 'expired' }
  | { readonly is: 'appeared' }
  | { readonly is: 'lost'; readonly reason: Reason; readonly retryAfter: number | null };

/**
 * Bookmarks come about once a minute (storage/cacher defaultBookmarkFrequency), so a watch that is silent for two and a
 * half does not work, whatever TCP says.
 */
const silence = 150_000;

/** Tells what a running watch says, until it ends. */
export async function* deliver<T>(
  watching: Watching<T>,
  running: Running<T>,
): AsyncGenerator<WatchEvent<T>, End, undefined> {
  const lines = running.lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const told = await pull(watching, lines, running);
      if (told === null) continue;
      if (told.is !== 'changed' && told.is !== 'deleted') return told;
      yield told;
    }
  } finally {
    running.close();
  }
}

type Told<T> = Extract<WatchEvent<T>, { is: 'changed' | 'deleted' }> | End | null;

/** What the next line tells, or why there is none; bounded by the silence a watch may keep. Never rejects. */
async function pull<T>(watching: Watching<T>, lines: AsyncIterator<string>, running: Running<T>): Promise<Told<T>> {
  const { clock, transport, what } = watching;
  let silent = false;
  const since = clock.mono();
  const cancel = clock.timer(silence, () => {
    silent = true;
    running.close();
  });
  try {
    const next = await lines.next();
    return next.done === true ? { is: 'closed', ours: false } : take(watching, readLine(next.value), running);
  } catch (error) {
    if (silent) return lost(watching, `it was silent for ${silence / 1000} s`);
    if (error instanceof HttpFailure && error.code === 'retired') return { is: 'closed', ours: true };
    if (error instanceof HttpFailure && error.code === 'lost') transport.cuts.note(what.action, clock.mono() - since);
    return lost(watching, error instanceof HttpFailure ? error.message : outsideText(String(error), 300));
  } finally {
    cancel();
  }
}

function take<T>(watching: Watching<T>, line: WatchLine, running: Running<T>): Told<T> {
  const { seen, transport, signal } = watching;
  switch (line.is) {
    case 'bookmark':
      seen.reach(line.version);
      // The process is awake anyway: the cheapest moment to notice that the credentials' files changed.
      void transport.recheck(signal);
      return null;
    case 'object':
      return seen.isOld(line.meta) ? null : news(watching, line, running);
    case 'error':
      if (line.problem.status !== 410) return lost(watching, problemText(line.problem), line.problem.retryAfter);
      seen.expire();
      return { is: 'expired' };
    case 'unreadable':
      return lost(watching, 'it said something that cannot be understood');
  }
}

function news<T>(watching: Watching<T>, line: Extract<WatchLine, { is: 'object' }>, running: Running<T>): Told<T> {
  const { seen, what } = watching;
  // The object was not there when it was read: this may still be the API server's cache telling of the time before.
  if (running.gone) {
    if (line.what === 'deleted') return null;
    seen.expire();
    return { is: 'appeared' };
  }
  const object = what.parse(line.object);
  if (object === null) return lost(watching, 'it told of an object that cannot be understood');
  seen.note(line.meta, line.what, object);
  return { is: line.what, object };
}

function lost<T>(watching: Watching<T>, why: string, retryAfter: number | null = null): End {
  return { is: 'lost', reason: reason('api-failed', { action: watching.what.action, why }), retryAfter };
}
