import type { NodeSnapshot } from './node-view.ts';

/** What is to stand in labels or annotations: a text for each key, null for none. */
export type Changes = Readonly<Record<string, string | null>>;

/** What an admin wants written on the Node around a reboot. */
export interface AroundReboot {
  readonly labels: Changes;
  readonly annotations: Changes;
}

/** For each key that we wrote: what we wrote, and what stood there before; null: nothing. */
export type Wrote = Readonly<Record<string, { readonly to: string | null; readonly from: string | null }>>;

/** What the mark remembers of what was written with the cordon. */
export interface WroteBefore {
  readonly labels: Wrote;
  readonly annotations: Wrote;
}

export const wroteNothing: WroteBefore = { labels: {}, annotations: {} };

/** Its presence alone counts, whatever its value (k8s.io/cloud-provider, nodeIncludedPredicate). */
export const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

/**
 * What is written with the cordon, and what of it is to be remembered. `earlier`: what an older claim of ours wrote and did
 * not put back; what still stands of it keeps the value from before that, so that two claims undo what one would.
 */
export function writeBefore(
  node: NodeSnapshot,
  wanted: AroundReboot,
  earlier: WroteBefore,
): { readonly patch: AroundReboot; readonly wrote: WroteBefore } {
  const labels = written(node.labels, wanted.labels, earlier.labels);
  const annotations = written(node.annotations, wanted.annotations, earlier.annotations);
  return {
    patch: { labels: labels.patch, annotations: annotations.patch },
    wrote: { labels: labels.wrote, annotations: annotations.wrote },
  };
}

/** Puts back what stood before, wherever what we wrote still stands: what anybody changed meanwhile is theirs. */
export function putBack(node: NodeSnapshot, { labels, annotations }: WroteBefore): AroundReboot {
  return { labels: undone(node.labels, labels), annotations: undone(node.annotations, annotations) };
}

/** The wishes with the label that takes the node out of external load balancers; one that somebody else has set stays theirs. */
export function withExclusion(node: NodeSnapshot, wanted: AroundReboot, earlier: WroteBefore): AroundReboot {
  const stands = textAt(node.labels, excludeLabel) !== null;
  const theirs = stands && !Object.hasOwn(standing(node.labels, earlier.labels), excludeLabel);
  return theirs ? wanted : { ...wanted, labels: { [excludeLabel]: 'true', ...wanted.labels } };
}

type Texts = Readonly<Record<string, string>>;

function written(stands: Texts, wanted: Changes, earlier: Wrote): { patch: Changes; wrote: Wrote } {
  const kept = standing(stands, earlier);
  const entries = Object.entries(wanted).map(([key, to]) => {
    const now = textAt(stands, key);
    const from = Object.hasOwn(kept, key) ? (kept[key]?.from ?? null) : now;
    return { key, to, now, from };
  });
  const patch = entries.filter(({ to, now }) => to !== now).map(({ key, to }) => [key, to] as const);
  const wrote = entries.filter(({ to, from }) => to !== from).map(({ key, to, from }) => [key, { to, from }] as const);
  const others = Object.entries(kept).filter(([key]) => !Object.hasOwn(wanted, key));
  return { patch: Object.fromEntries(patch), wrote: Object.fromEntries([...others, ...wrote]) };
}

/** What still stands as it was written. */
function standing(stands: Texts, wrote: Wrote): Wrote {
  return Object.fromEntries(Object.entries(wrote).filter(([key, { to }]) => textAt(stands, key) === to));
}

function undone(stands: Texts, wrote: Wrote): Changes {
  return Object.fromEntries(Object.entries(standing(stands, wrote)).map(([key, { from }]) => [key, from]));
}

/** A key may be called as a property that every object has. */
function textAt(stands: Texts, key: string): string | null {
  return Object.hasOwn(stands, key) ? (stands[key] ?? null) : null;
}
