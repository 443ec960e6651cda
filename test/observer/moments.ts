import { leaseView, noLease } from './lease-view.ts';
import { type NodeView, nodeView } from './node-view.ts';
import { Observer, type Pool } from './observer.ts';
import type { Seen, Wrote } from './seen.ts';

/** One write of the Lease or of a Node that took effect, and how the pool stood after it. */
export interface Moment {
  /** "lease", or the Node's name. */
  readonly of: string;
  /** When it was answered, in microseconds since 1970; undefined in a made-up history. */
  readonly at?: number | undefined;
  /** Who wrote: the API server's own name for the user, and the one it acted as. */
  readonly by: string;
  readonly as: string | undefined;
  /** The Lease's holders with their phases, in order of claim. */
  readonly holders: readonly Holding[];
  readonly transitions: number;
  /** Nodes that carry our mark. */
  readonly marked: readonly string[];
  /** Nodes that are cordoned, and by us as their mark has it. */
  readonly cordoned: readonly string[];
  /** Nodes that are cordoned, by anybody. */
  readonly unschedulable: readonly string[];
  /** What was seen since the moment before, this write the last of it. */
  readonly seen: readonly Seen[];
}

export interface Holding {
  readonly node: string;
  readonly phase: string;
  readonly claim: string;
}

/** How a pool stood after each write of a history. */
export function momentsOf(history: readonly Seen[]): readonly Moment[] {
  const nodes = new Map<string, NodeView>();
  let lease = noLease;
  let since: Seen[] = [];
  return history.flatMap((seen) => {
    since.push(seen);
    if (seen.is !== 'wrote' || seen.what === 'pod') return [];
    const node = seen.what === 'node' ? nodeView(seen.object) : null;
    if (seen.what === 'lease') lease = leaseView(seen.object, lease);
    else if (node === null) nodes.delete(seen.name);
    else nodes.set(seen.name, node);
    const moment = { ...momentOf(seen), ...stand(lease, nodes), seen: since };
    since = [];
    return [moment];
  });
}

/** All that the history breaks, by the observer; `limit`: how many nodes there may be at a time, whatever the entries say. */
export function breaches(
  history: readonly Moment[],
  limit: number,
  pool: Pool & { readonly account?: string | undefined },
): readonly string[] {
  const observer = new Observer({ ...pool, account: pool.account ?? null });
  return history.flatMap((moment, at) =>
    [...moment.seen.flatMap((seen) => observer.see(seen)), ...atMost(moment, limit)].map(
      (breach) => `write ${at} (${moment.of}): ${breach}`,
    ),
  );
}

/** How often each node's holder entry became `rebooting`. */
export function fences(history: readonly Moment[]): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  history.forEach((moment, at) => {
    for (const { node, phase, claim } of moment.holders) {
      if (phase !== 'rebooting' || phaseOf(history[at - 1], claim) === 'rebooting') continue;
      counted[node] = (counted[node] ?? 0) + 1;
    }
  });
  return counted;
}

/** The largest number of Nodes that were cordoned by us at one moment. */
export function mostCordoned(history: readonly Moment[]): number {
  return Math.max(0, ...history.map(({ cordoned }) => cordoned.length));
}

function momentOf({ what, name, by, as, at }: Wrote): Pick<Moment, 'of' | 'by' | 'as' | 'at'> {
  return { of: what === 'lease' ? 'lease' : name, by, as, at: at === undefined ? undefined : at * 1000 };
}

function stand(
  lease: typeof noLease,
  nodes: ReadonlyMap<string, NodeView>,
): Pick<Moment, 'holders' | 'transitions' | 'marked' | 'cordoned' | 'unschedulable'> {
  const named = (is: (node: NodeView) => boolean): string[] =>
    [...nodes].filter(([, node]) => is(node)).map(([name]) => name);
  return {
    holders: lease.holders.map(({ node, phase, claim }) => ({ node, phase, claim })),
    transitions: lease.transitions,
    marked: named(({ mark }) => mark !== null),
    cordoned: named(({ cordoned, mark }) => cordoned && mark?.cordoned === true),
    unschedulable: named(({ cordoned }) => cordoned),
  };
}

function atMost({ cordoned, marked, holders }: Moment, limit: number): string[] {
  const found: string[] = [];
  if (cordoned.length > limit) found.push(`cordoned at once: ${cordoned.join(', ')}`);
  if (marked.length > limit) found.push(`marked at once: ${marked.join(', ')}`);
  if (holders.length > limit) found.push(`holders at once: ${holders.map(({ node }) => node).join(', ')}`);
  return found;
}

function phaseOf(moment: Moment | undefined, claim: string): string | undefined {
  return moment?.holders.find((one) => one.claim === claim)?.phase;
}
