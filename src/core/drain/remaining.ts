import { outsideText } from '../outside-text.ts';
import type { PodVerdict } from './plan.ts';
import type { PodView } from './pod.ts';

/** What a drain still waits for. `total`: how many pods it set out to evict, those that came later included. */
export interface Remaining {
  readonly left: readonly PodView[];
  readonly total: number;
}

/**
 * What is still waited for, from the verdicts about the pods that are there now. `evicted` are the UIDs of all pods this drain
 * has had a verdict `evict` for; a pod that came back under its name has another UID and is another pod.
 */
export function remaining(evicted: ReadonlySet<string>, verdicts: readonly PodVerdict[]): Remaining {
  const left = verdicts.flatMap((verdict) => (verdict.is === 'evict' ? [verdict.pod] : []));
  const total = new Set([...evicted, ...left.map((pod) => pod.uid)]).size;
  return { left, total };
}

/**
 * The progress for people: "3 of 12 pods left: shop/cart-0 (budget cart), shop/db-0 (ending), web/a"; `all 12 pods are gone`
 * at the end. At most `most` pods are named, those with something to say first.
 *
 * `waits`: by UID, what holds a pod, where the drain knows it (a budget, an overloaded API server, a webhook). The
 * fewer pods are named, the longer each note may be: whoever refuses an eviction says last what is the matter.
 */
export function remainingText(of: Remaining, waits: ReadonlyMap<string, string> = new Map(), most = 5): string {
  if (of.total === 0) return 'no pods to evict';
  if (of.left.length === 0) return of.total === 1 ? 'the only pod is gone' : `all ${of.total} pods are gone`;
  const notes = of.left.map((pod) => ({ pod, note: waits.get(pod.uid) ?? noteOf(pod) }));
  const named = notes.toSorted((a, b) => Number(a.note === null) - Number(b.note === null)).slice(0, most);
  const share = Math.floor(allNotes / named.length);
  const names = named.map(({ pod, note }) => `${podText(pod)}${note === null ? '' : ` (${outsideText(note, share)})`}`);
  const more = of.left.length - named.length;
  const pods = of.total === 1 ? 'pod' : 'pods';
  return `${of.left.length} of ${of.total} ${pods} left: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A pod as people name it. */
export function podText(pod: PodView): string {
  return `${pod.namespace}/${pod.name}`;
}

/** Characters of all notes together. */
const allNotes = 600;

function noteOf(pod: PodView): string | null {
  if (pod.deletionTime === null) return null;
  const [finalizer] = pod.finalizers;
  return finalizer === undefined ? 'ending' : `ending, kept by the finalizer ${finalizer}`;
}
