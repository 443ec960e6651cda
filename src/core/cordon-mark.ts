import type { BootMark } from './boot-mark.ts';
import type { NeedNote, RebootMethod } from './lease/record.ts';
import type { NodePatch, NodeSnapshot } from './node-view.ts';

export const markAnnotation = 'kured-host/claim';
export const handledAnnotation = 'kured-host/handled';
/** The random value of our last write: no write of ours is ever without a change, so a late request always finds another resourceVersion. */
export const writeAnnotation = 'kured-host/write';
export const fieldManager = 'kured-host';

/** The mark on the Node: which claim works on it, in which boot it was made, for what, and whether the cordon is ours. */
export interface CordonMark {
  readonly claim: string;
  readonly boot: BootMark;
  readonly need: NeedNote;
  /** The Lease the claim is in, `namespace/name`. */
  readonly lease: string;
  readonly cordoned: boolean;
  /** There where the reboot is to be a soft one, which keeps the boot ID; absent for every other. */
  readonly method?: 'soft-reboot';
}

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
 * of spec.unschedulable. A person who uncordons and cordons again becomes the owner. Where the object carries no
 * managedFields the mark decides. A mark that cannot be read proves nothing: the cordon is a person's.
 */
export function cordonIsOurs(node: NodeSnapshot): boolean {
  const reading = readMark(node);
  if (!node.unschedulable || reading.is !== 'mark' || !reading.mark.cordoned) return false;
  if (node.cordonOwner === 'unknown') return true;
  return node.cordonOwner !== 'nobody' && node.cordonOwner.manager === fieldManager;
}

/**
 * The one PATCH before the first eviction: cordon and mark together. On a cordon of a person the mark says
 * `cordoned: false`; on one left by an older claim of ours it stays true.
 */
export function cordonPatch(node: NodeSnapshot, mark: Omit<CordonMark, 'cordoned'>, nonce: string): NodePatch {
  const cordoned = node.unschedulable ? cordonIsOurs(node) : true;
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    ...(node.unschedulable ? {} : { unschedulable: true }),
    annotations: { [markAnnotation]: JSON.stringify({ ...mark, cordoned }), [writeAnnotation]: nonce },
  };
}

/**
 * Brings the mark's need and method up to date before a fence for others than the mark says: it outlives the entry of a claim
 * that is taken away.
 */
export function needPatch(
  node: NodeSnapshot,
  mark: CordonMark,
  fence: { readonly need: NeedNote; readonly method: RebootMethod },
  nonce: string,
): NodePatch {
  const { method: _, ...kept } = mark;
  const text = JSON.stringify({ ...kept, need: fence.need, ...markMethod(fence.method) });
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    annotations: { [markAnnotation]: text, [writeAnnotation]: nonce },
  };
}

/** What a mark says of the method. */
export function markMethod(method: RebootMethod): Pick<CordonMark, 'method'> {
  return method === 'soft-reboot' ? { method } : {};
}

/** The PATCH before every release: the mark off, uncordoned if the cordon is ours, `handled` after a proven boot; never without a change. */
export function restorePatch(node: NodeSnapshot, handled: string | null, nonce: string): NodePatch {
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    ...(cordonIsOurs(node) ? { unschedulable: false } : {}),
    annotations: {
      [markAnnotation]: null,
      ...(handled === null ? {} : { [handledAnnotation]: handled }),
      [writeAnnotation]: nonce,
    },
  };
}

/** A PATCH that changes nothing but the write annotation: it settles whether an unanswered one can still land. */
export function settlePatch(node: NodeSnapshot, nonce: string): NodePatch {
  return { uid: node.uid, resourceVersion: node.resourceVersion, annotations: { [writeAnnotation]: nonce } };
}

function parseMark(text: string): CordonMark | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { claim, boot, need, lease, cordoned, method } = value;
  if (typeof claim !== 'string' || typeof lease !== 'string' || typeof cordoned !== 'boolean') return null;
  const bootMark = parseBoot(boot);
  const note = parseNeed(need);
  if (bootMark === null || note === null) return null;
  return { claim, boot: bootMark, need: note, lease, cordoned, ...(method === 'soft-reboot' ? { method } : {}) };
}

function parseBoot(value: unknown): BootMark | null {
  if (!isObject(value) || typeof value['id'] !== 'string') return null;
  const soft = value['soft'];
  return { id: value['id'], soft: typeof soft === 'number' ? soft : null };
}

function parseNeed(value: unknown): NeedNote | null {
  if (!isObject(value) || typeof value['fingerprint'] !== 'string' || !Array.isArray(value['reasons'])) return null;
  const reasons = value['reasons'].filter((one): one is string => typeof one === 'string');
  return { fingerprint: value['fingerprint'], reasons };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
