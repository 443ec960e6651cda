import type { Opening } from './opening.ts';
import type { Zone } from './zone.ts';

/** A time without a break in which at least one window is open. */
export interface Run {
  readonly opens: number;
  /** Null: no end is in sight. */
  readonly closes: number | null;
  readonly zone: Zone;
}

/** Openings that follow one another without a break before their end may count as out of sight. */
const mostJoined = 200;

/** How far a search goes for the end of what follows one another without a break. */
export interface Sight {
  /** The moment that is asked about. */
  readonly at: number;
  /** Milliseconds after `at`, or after what begins later, that an end is always found within. */
  readonly least: number;
}

/**
 * All windows' openings as one: by their time, and joined where one begins before or when another ends. The last is one whose
 * end is out of sight; one that began by `at` is open then, as only an end after it can be.
 */
export function* runsOf(windows: readonly Generator<Opening>[], { at, least }: Sight): Generator<Run> {
  const openings = inOrder(windows);
  let now = openings.next();
  while (!now.done) {
    const { opens, zone } = now.value;
    let { closes } = now.value;
    const seen = Math.max(opens, at) + least;
    let joined = 0;
    for (now = openings.next(); !now.done && now.value.opens <= closes; now = openings.next()) {
      joined += 1;
      if (joined >= mostJoined && closes > seen) return void (yield { opens, closes: null, zone });
      closes = Math.max(closes, now.value.closes);
    }
    yield { opens, closes, zone };
  }
}

function* inOrder(windows: readonly Generator<Opening>[]): Generator<Opening> {
  const heads = windows.map((window) => ({ window, next: window.next() }));
  for (;;) {
    let first: { head: (typeof heads)[number]; opening: Opening } | null = null;
    for (const head of heads) {
      if (head.next.done) continue;
      if (first === null || head.next.value.opens < first.opening.opens) first = { head, opening: head.next.value };
    }
    if (first === null) return;
    yield first.opening;
    first.head.next = first.head.window.next();
  }
}
