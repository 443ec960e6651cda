import type { Holding, Moment } from './history.ts';

/**
 * Everything in a pool's history that must never happen with at most `limit` nodes at a time, a sentence each:
 * - never more cordoned by us, marked, or holding than the limit;
 * - a mark only on a holder's Node, and a holder is let go only when its Node carries no mark and none of our cordons;
 * - leaseTransitions counts the claims;
 * - a Node is written by nobody but itself (its own user), the Lease only by nodes that act as the pool's ServiceAccount.
 */
export function breaches(history: readonly Moment[], limit: number, writers: Writers): readonly string[] {
  return history.flatMap((moment, at) => {
    const before = history[at - 1] ?? nothing;
    return [
      ...atMost(moment, limit),
      ...marksOfHolders(before, moment),
      ...releases(before, moment),
      ...transitions(before, moment),
      ...strangers(moment, writers),
    ].map((breach) => `write ${at} (${moment.of}): ${breach}`);
  });
}

/** Who may write, besides nodes their own Nodes: users of the control plane and the test's admin are no concern of ours. */
export interface Writers {
  readonly account: string | undefined;
}

/** How often each node's holder entry became `rebooting`. */
export function fences(history: readonly Moment[]): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  history.forEach((moment, at) => {
    for (const { node, phase, claim } of moment.holders) {
      if (phase !== 'rebooting' || phaseOf(history[at - 1] ?? nothing, node, claim) === 'rebooting') continue;
      counted[node] = (counted[node] ?? 0) + 1;
    }
  });
  return counted;
}

/** The largest number of Nodes that were cordoned by us at one moment. */
export function mostCordoned(history: readonly Moment[]): number {
  return Math.max(0, ...history.map(({ cordoned }) => cordoned.length));
}

const nothing: Moment = {
  of: '',
  by: '',
  as: undefined,
  holders: [],
  transitions: 0,
  marked: [],
  cordoned: [],
  unschedulable: [],
};

function atMost({ cordoned, marked, holders }: Moment, limit: number): string[] {
  const found: string[] = [];
  if (cordoned.length > limit) found.push(`cordoned at once: ${cordoned.join(', ')}`);
  if (marked.length > limit) found.push(`marked at once: ${marked.join(', ')}`);
  if (holders.length > limit) found.push(`holders at once: ${namesOf(holders).join(', ')}`);
  return found;
}

function marksOfHolders(before: Moment, { marked, holders }: Moment): string[] {
  return marked
    .filter((node) => !before.marked.includes(node) && !namesOf(holders).includes(node))
    .map((node) => `${node} is marked and holds nothing`);
}

function releases(before: Moment, { holders, marked, cordoned }: Moment): string[] {
  return before.holders
    .filter(({ claim }) => !holders.some((one) => one.claim === claim))
    .filter(({ node }) => marked.includes(node) || cordoned.includes(node))
    .map(({ node }) => `${node} was let go while it was still marked or cordoned by us`);
}

function transitions(before: Moment, after: Moment): string[] {
  const claims = after.holders.filter(({ claim }) => !before.holders.some((one) => one.claim === claim)).length;
  const counted = after.transitions - before.transitions;
  return counted === claims ? [] : [`leaseTransitions moved by ${counted} with ${claims} claims`];
}

function strangers({ of, by, as }: Moment, { account }: Writers): string[] {
  if (!by.startsWith('system:node:')) return [];
  if (of !== 'lease') return by === `system:node:${of}` && as === undefined ? [] : [`${by} wrote the Node ${of}`];
  return as === account ? [] : [`${by} wrote the Lease as ${as ?? 'itself'}`];
}

function phaseOf({ holders }: Moment, node: string, claim: string): string | undefined {
  return holders.find((one) => one.node === node && one.claim === claim)?.phase;
}

function namesOf(holders: readonly Holding[]): readonly string[] {
  return holders.map(({ node }) => node);
}
