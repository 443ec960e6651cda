import { jitter } from '../limits.ts';
import type { Now } from '../now.ts';
import type { Reason } from '../reasons.ts';
import type { LeaseRecord, Ruling } from './record.ts';

/** Whether another holder's Node exists, by a consistent read. Only `gone`, a 404 for that very Node, says that it does not. */
export type HolderLook =
  | { readonly is: 'exists' }
  | { readonly is: 'gone' }
  | { readonly is: 'unknown'; readonly reason: Reason };

/** Another holder's entry, as this process has watched it unchanged and without a break. Times are monotonic milliseconds. */
export interface HolderWatch {
  readonly node: string;
  readonly claim: string;
  /** The entry as it stands: whatever its node writes, a renewal too, is another text. */
  readonly text: string;
  readonly stuck: boolean;
  readonly since: number;
  /** When to ask (next) whether its Node exists. */
  readonly lookAt: number;
  /** The last answer, and when it was asked for; null: none yet. */
  readonly look: HolderLook | null;
  readonly askedAt: number;
  /** Since when every answer was that its Node is gone; null: the last one was not. */
  readonly goneSince: number | null;
}

/** Why an entry may be taken out: its Node is gone, or nobody has written it for as long as an admin set. */
export type Lost = { readonly watch: HolderWatch; readonly because: 'node-gone' | 'silent' };

/** How long a Node has to have been gone, and its entry unchanged, before the claim is taken over. */
export const lostAfter = 900_000;
/** A holder that drains writes once a minute; only one that is silent for longer is asked about. */
const firstLook = 180_000;
const nextLook = 300_000;
/** Nothing rests on an answer that was asked for longer ago. */
const youngLook = 60_000;

/** Goes on watching all entries but one's own with one more look at the record; `unbroken`: nothing was missed since the last. */
export function watchHolders(
  previous: readonly HolderWatch[],
  record: LeaseRecord,
  own: string,
  unbroken: boolean,
  now: Now,
): readonly HolderWatch[] {
  return record.holders.flatMap((slot) => {
    // An entry that cannot be read is somebody's, nobody knows whose.
    if (!slot.readable || slot.text === undefined || slot.entry.node === own) return [];
    const { node, claim, stuck } = slot.entry;
    const same = unbroken ? previous.find(({ text }) => text === slot.text) : undefined;
    return same ?? begin({ node, claim, text: slot.text, stuck: stuck !== undefined }, now);
  });
}

/** Nobody watched for a while. */
export function watchAnew(watches: readonly HolderWatch[], now: Now): readonly HolderWatch[] {
  return watches.map(({ node, claim, text, stuck }) => begin({ node, claim, text, stuck }, now));
}

/** With the answer about one holder's Node. Anything but a 404 begins the time anew. */
export function holderLooked(
  watches: readonly HolderWatch[],
  of: { readonly node: string; readonly claim: string; readonly look: HolderLook; readonly askedAt: number },
  now: Now,
): readonly HolderWatch[] {
  return watches.map((watch) => {
    if (watch.node !== of.node || watch.claim !== of.claim) return watch;
    const goneSince = of.look.is === 'gone' ? (watch.goneSince ?? now.mono) : null;
    const due = (goneSince ?? 0) + lostAfter;
    const next = now.mono + nextLook + jitter(now);
    const lookAt = goneSince !== null && due > now.mono ? Math.min(due, next) : next;
    return { ...watch, look: of.look, askedAt: of.askedAt, goneSince, lookAt };
  });
}

/** The first entry that may be taken out now; null: none. `after`: how long silence alone has to last, null: never enough. */
export function lostHolder(watches: readonly HolderWatch[], after: number | null, now: Now): Lost | null {
  for (const watch of watches) {
    if (isGone(watch, now)) return { watch, because: 'node-gone' };
    // One that says it needs a person is not silent: it has met what the rest of the pool must not follow.
    if (after !== null && !watch.stuck && now.mono - watch.since >= after) return { watch, because: 'silent' };
  }
  return null;
}

/** The holder to ask about next, and when; null: there is none. */
export function nextHolderLook(watches: readonly HolderWatch[]): HolderWatch | null {
  return watches.toSorted((one, other) => one.lookAt - other.lookAt)[0] ?? null;
}

/** When silence alone will have lasted long enough; null: it never does. */
export function silentAt(watches: readonly HolderWatch[], after: number | null): number | null {
  const times = after === null ? [] : watches.filter(({ stuck }) => !stuck).map(({ since }) => since + after);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * The record without a lost holder's entry: with the very text that was watched, and nothing else but a request to release
 * that names it. Its place in the queue stays, as with a release by force.
 */
export function takeOver(record: LeaseRecord, { text, node }: HolderWatch): Ruling<'changed'> {
  const holders = record.holders.filter((slot) => !slot.readable || slot.text !== text);
  if (holders.length === record.holders.length) return { granted: false, because: 'changed' };
  const release = record.release === node ? null : record.release;
  return { granted: true, record: { ...record, holders, release } };
}

function begin(of: Pick<HolderWatch, 'node' | 'claim' | 'text' | 'stuck'>, now: Now): HolderWatch {
  const lookAt = now.mono + firstLook + jitter(now);
  return { ...of, since: now.mono, lookAt, look: null, askedAt: 0, goneSince: null };
}

/** An entry that changes begins both times anew, so that it has been unchanged for as long as its Node was gone. */
function isGone({ askedAt, goneSince }: HolderWatch, now: Now): boolean {
  return goneSince !== null && now.mono - askedAt <= youngLook && askedAt - goneSince >= lostAfter;
}
