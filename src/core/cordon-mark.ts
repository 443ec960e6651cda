import { type ClaimNote, type CordonMark, markText, parseMark } from './mark-text.ts';
import {
  type AroundReboot,
  putBack,
  type WroteBefore,
  withExclusion,
  writeBefore,
  wroteNothing,
} from './node-changes.ts';
import type { NodePatch, NodeSnapshot } from './node-view.ts';

export const markAnnotation = 'kured-host/claim';
export const handledAnnotation = 'kured-host/handled';
/** The random value of our last write: no write of ours is ever without a change, so a late request always finds another resourceVersion. */
export const writeAnnotation = 'kured-host/write';
export const fieldManager = 'kured-host';

/** What is written with the cordon, beside it. */
export interface BeforeDrain extends AroundReboot {
  readonly excludeFromLoadBalancers: boolean;
}

export const nothingAround: AroundReboot = { labels: {}, annotations: {} };

export type MarkReading =
  | { readonly is: 'none' }
  | { readonly is: 'mark'; readonly mark: CordonMark }
  | { readonly is: 'unreadable' };

export function readMark(node: NodeSnapshot): MarkReading {
  const text = node.annotations[markAnnotation];
  if (text === undefined) return { is: 'none' };
  const mark = parseMark(text);
  return mark === null ? { is: 'unreadable' } : { is: 'mark', mark };
}

/**
 * Whether the cordon on the Node is ours to undo: the mark says that we set it, and the API server names us as the owner
 * of spec.unschedulable. A person who uncordons and cordons again becomes the owner. Where the API server does not tell
 * whether it is us, the mark decides (node-snapshot.ts): else a node with eleven writers stayed cordoned after each reboot. That
 * is wrong in one case: a person cordoned anew outside a drain, where an uncordon is no reason to back out, and ten others have
 * written the Node since. To write the cordon again would not help: an update that changes nothing makes nobody the owner. A mark
 * that cannot be read proves nothing: the cordon is a person's.
 */
export function cordonIsOurs(node: NodeSnapshot): boolean {
  const reading = readMark(node);
  if (!node.unschedulable || reading.is !== 'mark' || !reading.mark.cordoned) return false;
  if (node.cordonOwner === 'unknown') return true;
  return node.cordonOwner !== 'nobody' && node.cordonOwner.manager === fieldManager;
}

/**
 * The one PATCH before the first eviction: cordon, mark, and what an admin wants written before the drain, together. On a
 * cordon of a person the mark says `cordoned: false`; on one left by an older claim of ours it stays true.
 */
export function cordonPatch(
  node: NodeSnapshot,
  mark: Omit<CordonMark, 'cordoned' | 'wrote'>,
  nonce: string,
  before: BeforeDrain = { ...nothingAround, excludeFromLoadBalancers: false },
): NodePatch {
  const cordoned = node.unschedulable ? cordonIsOurs(node) : true;
  const earlier = wroteOn(node);
  const wanted = before.excludeFromLoadBalancers ? withExclusion(node, before, earlier) : before;
  const { patch, wrote } = writeBefore(node, wanted, earlier);
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    ...(node.unschedulable ? {} : { unschedulable: true }),
    ...labelsOf(patch),
    annotations: {
      ...patch.annotations,
      [markAnnotation]: markText({ ...mark, cordoned, wrote }),
      [writeAnnotation]: nonce,
    },
  };
}

/**
 * The mark as it has to stand before a fence: it outlives the entry of a claim that is taken away, and is what knows of the
 * reboot afterwards. One that a person took off is put on again, and the cordon stays the person's.
 */
export function fencePatch(node: NodeSnapshot, note: ClaimNote, lease: string, nonce: string): NodePatch {
  const reading = readMark(node);
  const cordoned = reading.is === 'mark' && reading.mark.cordoned;
  const text = markText({ ...note, lease, cordoned, wrote: wroteOn(node) });
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    annotations: { [markAnnotation]: text, [writeAnnotation]: nonce },
  };
}

/**
 * The PATCH before every release: the mark off, uncordoned if the cordon is ours, what was written before the drain put back;
 * after a proven boot also `handled` and what an admin wants written then (`after`, which wins). Never without a change.
 */
export function restorePatch(
  node: NodeSnapshot,
  handled: string | null,
  nonce: string,
  after: AroundReboot = nothingAround,
): NodePatch {
  const back = putBack(node, wroteOn(node));
  const noted = handled === null || handled === node.annotations[handledAnnotation];
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    ...(cordonIsOurs(node) ? { unschedulable: false } : {}),
    ...labelsOf({ labels: { ...back.labels, ...after.labels } }),
    annotations: {
      ...back.annotations,
      ...after.annotations,
      [markAnnotation]: null,
      ...(noted ? {} : { [handledAnnotation]: handled }),
      [writeAnnotation]: nonce,
    },
  };
}

/** A PATCH that changes nothing but the write annotation: it settles whether an unanswered one can still land. */
export function settlePatch(node: NodeSnapshot, nonce: string): NodePatch {
  return { uid: node.uid, resourceVersion: node.resourceVersion, annotations: { [writeAnnotation]: nonce } };
}

/** What a mark that can be read says was written with the cordon. */
function wroteOn(node: NodeSnapshot): WroteBefore {
  const reading = readMark(node);
  return reading.is === 'mark' ? reading.mark.wrote : wroteNothing;
}

function labelsOf({ labels }: Pick<AroundReboot, 'labels'>): Pick<NodePatch, 'labels'> {
  return Object.keys(labels).length === 0 ? {} : { labels };
}
