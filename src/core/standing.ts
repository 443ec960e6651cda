import { writeAnnotation } from './cordon-mark.ts';
import type { NodePatch, NodeSnapshot, Taint } from './node-view.ts';
import { type Now, wallText } from './now.ts';

/** kured's annotations (`--annotate-nodes`); their values are times as RFC 3339 has them. */
export const inProgressAnnotation = 'weave.works/kured-reboot-in-progress';
export const mostRecentAnnotation = 'weave.works/kured-most-recent-reboot-needed';
/** What of all this is of our writing, so that a later start takes it off also when no setting names it any more. */
export const standingAnnotation = 'kured-host/standing';

/** What is to stand on the Node for as long as it waits for a reboot. */
export interface StandingSettings {
  /** The key of a taint with the effect PreferNoSchedule; null: none. */
  readonly taint: string | null;
  readonly kuredAnnotations: boolean;
}

/**
 * - `on`: a reboot is needed, and only somebody's turn or a blocker is waited for.
 * - `off`: none is needed, or no window is open.
 * - `leave`: nobody can tell now; what stands, stands.
 */
export type Standing = 'on' | 'off' | 'leave';

/** The PATCH that brings the Node there; null where it is. What a setting names is ours alone, whoever put it there. */
export function standingPatch(
  node: NodeSnapshot,
  settings: StandingSettings,
  wanted: Standing,
  now: Now,
): NodePatch | null {
  if (wanted === 'leave') return null;
  const ours = readStanding(node);
  const taints = taintsAfter(node, settings.taint, ours.taint, wanted);
  const { annotations, since } = kuredAfter(node, settings.kuredAnnotations, ours.since, wanted, now);
  const taint = settings.taint !== null && taints.some(isOf(settings.taint)) ? settings.taint : null;
  const record = { ...annotations, ...recordAfter(node, { taint, since }) };
  const sameTaints = taints.length === node.taints.length && taints.every((taint) => node.taints.includes(taint));
  if (sameTaints && Object.keys(record).length === 0) return null;
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    annotations: { ...record, [writeAnnotation]: now.chance },
    ...(sameTaints ? {} : { taints }),
  };
}

/** The part of it that is annotations, to be written together with something else: kured's, never the taint. */
export function kuredStanding(
  node: NodeSnapshot,
  settings: StandingSettings,
  wanted: 'on' | 'off',
  now: Now,
): NodePatch['annotations'] {
  if (!settings.kuredAnnotations) return {};
  const { taint, since: before } = readStanding(node);
  const { annotations, since } = kuredAfter(node, true, before, wanted, now);
  return { ...annotations, ...recordAfter(node, { taint, since }) };
}

/** What the record on the Node says is ours. */
interface Ours {
  readonly taint: string | null;
  /** The value of kured's annotation of a reboot in progress. */
  readonly since: string | null;
}

function readStanding(node: NodeSnapshot): Ours {
  const text = node.annotations[standingAnnotation];
  // Asked at every decision, and mostly there is none.
  if (text === undefined) return { taint: null, since: null };
  const { taint, since } = parse(text);
  return { taint: typeof taint === 'string' ? taint : null, since: typeof since === 'string' ? since : null };
}

function parse(text: string): { readonly taint?: unknown; readonly since?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function recordAfter(node: NodeSnapshot, { taint, since }: Ours): NodePatch['annotations'] {
  const text = taint === null && since === null ? null : JSON.stringify({ taint, since });
  const stands = node.annotations[standingAnnotation] ?? null;
  return text === stands ? {} : { [standingAnnotation]: text };
}

/** One of the same key with another effect is somebody else's. */
function taintsAfter(node: NodeSnapshot, key: string | null, ours: string | null, wanted: Standing): readonly Taint[] {
  const old = ours !== key && ours !== null ? node.taints.filter((taint) => !isOf(ours)(taint)) : node.taints;
  if (key === null) return old;
  if (wanted === 'off') return old.filter((taint) => !isOf(key)(taint));
  return old.some(isOf(key)) ? old : [...old, { key, effect: preferNoSchedule }];
}

export const preferNoSchedule = 'PreferNoSchedule';

function isOf(key: string): (taint: Taint) => boolean {
  return (taint) => taint.key === key && taint.effect === preferNoSchedule;
}

/** In progress from when it stands until it does not; when a reboot was last needed stays. */
function kuredAfter(
  node: NodeSnapshot,
  enabled: boolean,
  ours: string | null,
  wanted: Standing,
  now: Now,
): { readonly annotations: NodePatch['annotations']; readonly since: string | null } {
  const stands = node.annotations[inProgressAnnotation] ?? null;
  if (enabled && wanted === 'on') {
    if (stands !== null) return { annotations: {}, since: stands };
    const at = wallText(now.wall);
    return { annotations: { [inProgressAnnotation]: at, [mostRecentAnnotation]: at }, since: at };
  }
  const goes = stands !== null && (enabled || stands === ours);
  return { annotations: goes ? { [inProgressAnnotation]: null } : {}, since: null };
}
