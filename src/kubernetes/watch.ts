import { type Reason, reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { WatchEvent } from '../ports/cluster.ts';
import { Pace } from './pace.ts';
import type { Transport } from './transport.ts';
import { begin, type NotRunning, type Running } from './watch-begin.ts';
import { deliver, type End } from './watch-deliver.ts';
import { Seen } from './watch-seen.ts';
import type { Watched, Watching } from './watched.ts';

/** A watch that lived this long, or was ended in its time, was a healthy one: the next pause is a short one again. */
const healthy = 30_000;
/** One that ended sooner than this is not opened again at once, whatever ended it. */
const tooShort = 5_000;

/**
 * Watches until the signal is aborted, in the words of ports/cluster.ts; never throws.
 *
 * After the server ended a watch as it always does (its timeout), the next goes on from the last version without a word.
 * After anything else it says `broken`, tries again with growing pauses, and reads all anew: `resumed` when it is as it
 * was, else `listed`.
 */
export async function* watchObjects<T>(
  transport: Transport,
  clock: Clock,
  what: Watched<T>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const watching: Watching<T> = { transport, clock, what, seen: new Seen<T>(), signal };
  const pace = new Pace(clock);
  /** Why it is broken, as it was told last; null while it runs. */
  let broken: Reason | null = null;
  let routine = false;
  while (!signal.aborted) {
    const begun: Running<T> | NotRunning = await begin(watching, routine);
    if (signal.aborted) return;
    if (begun.is === 'failed') {
      // A connection that was lost is refused next, or not trusted: people see the cause of now.
      if (broken === null || !sameReason(broken, begun.reason)) yield { is: 'broken', reason: begun.reason };
      broken = begun.reason;
      routine = false;
      await pace.wait(signal, begun.retryAfter);
      continue;
    }
    if (begun.listed !== null) yield { is: 'listed', objects: begun.listed };
    else if (broken !== null) yield { is: 'resumed' };
    const since = clock.mono();
    const end: End = yield* deliver(watching, begun);
    if (signal.aborted) return;
    const lived = clock.mono() - since;
    routine = isRoutine(end, begun, lived);
    if (lived >= healthy || (routine && end.is === 'closed')) pace.reset();
    broken = null;
    if (end.is === 'appeared') await new Pace(clock).wait(signal);
    if (routine) continue;
    broken = end.is === 'lost' ? end.reason : endedAtOnce(what);
    yield { is: 'broken', reason: broken };
    await pace.wait(signal, end.is === 'lost' ? end.retryAfter : null);
  }
}

/** Whether the next watch is opened at once and without a word. Not one that ended as soon as it was opened, so that no server makes us spin. */
function isRoutine<T>(end: End, begun: Running<T>, lived: number): boolean {
  switch (end.is) {
    case 'lost':
      return false;
    case 'appeared':
      return true;
    case 'closed':
      return end.ours || lived >= tooShort;
    case 'expired':
      return !begun.anew || lived >= tooShort;
  }
}

function sameReason(one: Reason, other: Reason): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function endedAtOnce<T>(what: Watched<T>): Reason {
  return reason('api-failed', { action: what.action, why: 'the API server ended it at once' });
}
