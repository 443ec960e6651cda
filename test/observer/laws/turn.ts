import type { Law } from '../law.ts';
import { claimIn, type Entry, type LeaseView, most, roomIn } from '../lease-view.ts';
import type { Step } from '../step.ts';
import { nodeOf } from '../step.ts';

const step30 = 30_000;
/** Clocks of machines drift by a thousandth at most. */
const drift = 0.999;

/**
 * Turns: the head claims at once; who is k places behind it only when the head could have claimed for k times 30 s and
 * did not, and then drops those before it. New places go behind the last of their priority; a full queue gives the last place of the
 * lowest priority to a higher one. Nobody else's place is touched.
 */
export function turn(): Law {
  let couldSince: { readonly head: string; readonly transitions: number; readonly since: number } | null = null;
  return {
    judge(step, world) {
      if (step.is !== 'lease') return [];
      const watched = couldSince === null || !world.timed ? null : world.at - couldSince.since;
      const found = nodeOf(step.writer) === null ? [] : judge(step, watched);
      const head = step.after.queue[0];
      const could = head !== undefined && headCould(step.after, head);
      if (!could || head === undefined) couldSince = null;
      else if (couldSince?.head !== nameOf(head) || couldSince.transitions !== step.after.transitions)
        couldSince = { head: nameOf(head), transitions: step.after.transitions, since: world.at };
      return found;
    },
  };
}

function judge({ before, after, writer }: Extract<Step, { is: 'lease' }>, watched: number | null): readonly string[] {
  const node = nodeOf(writer) ?? '';
  if (before.unreadable !== null || after.unreadable !== null) return [];
  const place = before.queue.findIndex((entry) => entry.readable && entry.node === node);
  const claimed = after.holders.some((entry) => entry.node === node && claimIn(before, entry.claim) === undefined);
  if (!claimed) return kept(before, after, node, [], place === -1);
  const passed = place === -1 ? before.queue : before.queue.slice(0, place);
  const absent = place === -1 && passed.length > 0 && passed.length < most;
  const early = watched !== null && passed.length > 0 && watched < passed.length * step30 * drift;
  return [
    ...(absent ? [`${node} claimed past a queue that it had not joined`] : []),
    ...(early || (passed.length > 0 && watched === null && !couldClaim(before))
      ? [`${node} claimed before its turn`]
      : []),
    ...(after.queue.some((entry) => entry.node === node) ? [`${node} claimed and kept its place in the queue`] : []),
    ...kept(before, after, node, passed, false),
  ];
}

/** The places of others after the write: as they were but for those that were passed by, with my own place where it belongs. */
function kept(
  before: LeaseView,
  after: LeaseView,
  node: string,
  passed: readonly Entry[],
  joins: boolean,
): readonly string[] {
  const mine = after.queue.find((entry) => entry.node === node && entry.readable);
  const others = after.queue.filter((entry) => entry !== mine).map(({ text }) => text);
  const expected = before.queue.filter((entry) => !(entry.readable && entry.node === node) && !passed.includes(entry));
  const displaced =
    joins && mine !== undefined && before.queue.length >= most ? lowest(before, mine.priority) : undefined;
  const left = expected.filter((entry) => entry !== displaced).map(({ text }) => text);
  const same = others.length === left.length && others.every((text, at) => text === left[at]);
  const full = after.queue.length > most && after.queue.length > before.queue.length;
  return [
    ...(same ? [] : [`${node} changed the places of others in the queue`]),
    ...(full ? [`${node} joined a queue that was full`] : []),
    ...(joins && mine !== undefined && !isBehind(after, mine) ? [`${node} joined before others of its priority`] : []),
  ];
}

function lowest({ queue }: LeaseView, priority: number): Entry | undefined {
  const least = Math.min(...queue.filter(({ readable }) => readable).map((entry) => entry.priority));
  return least < priority ? queue.findLast((entry) => entry.readable && entry.priority === least) : undefined;
}

/** Behind the last of its own priority or a higher one, and before all others. */
function isBehind({ queue }: LeaseView, mine: Entry): boolean {
  const at = queue.indexOf(mine);
  const before = queue.slice(0, at);
  return (
    queue.slice(at + 1).every(({ priority }) => priority < mine.priority) &&
    (before.at(-1)?.priority ?? mine.priority) >= mine.priority
  );
}

function headCould(lease: LeaseView, head: Entry): boolean {
  return !lease.paused && lease.unreadable === null && lease.holders.length < roomIn(lease, head.limit);
}

function couldClaim(lease: LeaseView): boolean {
  const [head] = lease.queue;
  return head !== undefined && headCould(lease, head);
}

function nameOf(entry: Entry): string {
  return entry.readable ? entry.id : entry.text;
}
