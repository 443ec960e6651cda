import type { EvictionAnswer } from '../core/drain/eviction-answer.ts';
import type { PodView } from '../core/drain/pod.ts';
import type { HolderLook } from '../core/lease/holder-watch.ts';
import type { LeaseObject, LeaseRef } from '../core/lease/object.ts';
import type { NodeCondition, NodePatch, NodeSnapshot } from '../core/node-view.ts';
import type { Reason } from '../core/reasons.ts';

/** What the core asks of a Kubernetes cluster, as this node. No call throws for an answer of the API server: answers are values. */
export interface Cluster {
  readonly leases: Leases;
  readonly node: OwnNode;
  readonly pods: OwnPods;
  /** Writes one core/v1 Event about the own Node (namespace `default`). Never needed for the work: failures are answers. */
  tell(event: NodeEvent, signal: AbortSignal): Promise<Told>;
}

/**
 * An object as it was read. `failed`: no answer, or one that does not tell (5xx, 401, 403, 429); the object may or may not
 * exist and nothing may be concluded.
 */
export type Read<T> =
  | { readonly is: 'found'; readonly object: T }
  | { readonly is: 'gone' }
  | { readonly is: 'failed'; readonly reason: Reason };

/**
 * What became of a write.
 * - `written`: acknowledged, with the object after it.
 * - `conflict`: the resourceVersion or uid was not the current one; nothing was changed.
 * - `gone`: 404; nothing was changed.
 * - `refused`: an answer that proves that nothing was changed (400, 401, 403, 422, 429, or the request was never sent).
 * - `unknown`: no answer, or one that does not tell (5xx, connection lost, deadline): it may take effect until the
 *   resourceVersion moves.
 */
export type Written<T> =
  | { readonly is: 'written'; readonly object: T }
  | { readonly is: 'conflict' }
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly reason: Reason }
  | { readonly is: 'unknown'; readonly reason: Reason };

/**
 * What a resilient watch tells, in order. It goes on from the last resourceVersion after an ordinary end, and reads
 * all anew after anything else.
 * - `listed`: a consistent list (or GET) was read; `objects` is everything there is now. First of all events.
 * - `changed`, `deleted`: one object, from a watch that runs.
 * - `broken`: the watch does not run now; what was seen may be old until `listed` or `resumed`. Told again when the cause becomes another.
 * - `resumed`: it runs again, and everything is as it was told before.
 */
export type WatchEvent<T> =
  | { readonly is: 'listed'; readonly objects: readonly T[] }
  | { readonly is: 'changed'; readonly object: T }
  | { readonly is: 'deleted'; readonly object: T }
  | { readonly is: 'broken'; readonly reason: Reason }
  | { readonly is: 'resumed' };

export interface Leases {
  /** `consistent`: a quorum read; `any`: whatever the API server has in its cache (resourceVersion=0), never a base for a write. */
  read(lease: LeaseRef, consistency: 'consistent' | 'any', signal: AbortSignal): Promise<Read<LeaseObject>>;
  /** PUT of the whole object; its own resourceVersion and uid make it a compare-and-swap. */
  write(lease: LeaseObject, signal: AbortSignal): Promise<Written<LeaseObject>>;
  /** Whether the Node of a holder exists, by a quorum read as who writes the Lease; takes the optional grant of `manifest --take-over`. */
  lookAtHolder(lease: LeaseRef, node: string, signal: AbortSignal): Promise<HolderLook>;
  /** Watches one Lease until the signal is aborted; never throws. */
  watch(lease: LeaseRef, signal: AbortSignal): AsyncIterable<WatchEvent<LeaseObject>>;
}

export interface OwnNode {
  readonly name: string;
  read(signal: AbortSignal): Promise<Read<NodeSnapshot>>;
  /** Merge patch of metadata and spec, fieldManager `kured-host`, guarded by resourceVersion and uid. */
  patch(patch: NodePatch, signal: AbortSignal): Promise<Written<NodeSnapshot>>;
  /** Patch of nodes/status: the condition `RebootRequired` and the annotation `kured-host/status`, in one unguarded request. */
  publish(condition: NodeCondition, status: string, signal: AbortSignal): Promise<Written<NodeSnapshot>>;
  watch(signal: AbortSignal): AsyncIterable<WatchEvent<NodeSnapshot>>;
}

export interface OwnPods {
  /** All pods bound to this node, by list and watch with `spec.nodeName`; never by GET (a pod that is gone answers 403 there). */
  watch(signal: AbortSignal): AsyncIterable<WatchEvent<PodView>>;
  /** One list, for what is shown once. */
  list(signal: AbortSignal): Promise<Read<readonly PodView[]>>;
  /** One policy/v1 Eviction with the pod's UID as precondition. */
  evict(pod: PodView, how: EvictionRequest, signal: AbortSignal): Promise<EvictionAnswer>;
}

export interface EvictionRequest {
  readonly gracePeriodSeconds: number | null;
  readonly dryRun: boolean;
}

export interface NodeEvent {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, as Kubernetes' own Events have it. */
  readonly reason: string;
  readonly message: string;
  /** UID of the Node: `kubectl describe node` finds Events by it. */
  readonly nodeUid: string;
  /** Absent: the Event is about the own Node. */
  readonly lease?: LeaseRef & { readonly uid: string };
}

export type Told = { readonly is: 'told' } | { readonly is: 'failed'; readonly reason: Reason };
