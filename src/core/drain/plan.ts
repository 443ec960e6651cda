import { blockingPods } from '../blockers/pods.ts';
import type { PodBlocker } from '../blockers/settings.ts';
import type { DrainSettings } from '../settings.ts';
import type { PodView } from './pod.ts';
import { matchesSelector, parseSelector, type Selector } from './selector.ts';

/**
 * What becomes of one pod.
 *
 * - `unreplicated`: no controller makes it anew elsewhere; it is gone for good.
 * - `losesData`: what is in its emptyDir volumes goes with it.
 * - `ending`: it is being deleted already; the eviction can still shorten its grace period.
 */
export type PodVerdict =
  | {
      readonly is: 'evict';
      readonly pod: PodView;
      readonly unreplicated: boolean;
      readonly losesData: boolean;
      readonly ending: boolean;
    }
  | { readonly is: 'leave'; readonly pod: PodView; readonly why: LeaveReason };

/**
 * - `blocks`: it is against the reboot that the drain is for.
 * - `selector`: the drain's pod selector does not select it.
 * - `ending-too-long`: it has been ending for longer than the drain waits for.
 * - `daemonset`: its controller would put it back onto this node at once.
 * - `mirror`: it stands for a static pod, which only the kubelet ends.
 */
export type LeaveReason = 'blocks' | 'selector' | 'ending-too-long' | 'daemonset' | 'mirror';

/**
 * A verdict for each pod of this node, in their order, as `kubectl drain --force --delete-emptydir-data --ignore-daemonsets`
 * decides (k8s.io/kubectl/pkg/drain/filters.go); the first rule that applies counts. Finished pods are evicted, those of a
 * DaemonSet as well. The drain is over when no pod of this node has the verdict `evict` any more.
 *
 * A DaemonSet is known by the kind of its controller alone: a node may not read the DaemonSet itself, and one of another API
 * group puts its pods back onto a cordoned node just as well.
 *
 * `wall`: now, milliseconds since 1970 by this node's clock. It is compared with the API server's deletion time, as kubectl
 * does: clocks that differ make the wait for an ending pod longer or shorter by as much.
 *
 * `spared`: pods that they select are left.
 *
 * Throws when a selector cannot be read; the configuration admits only those that can.
 */
export function planDrain(
  pods: readonly PodView[],
  settings: Pick<DrainSettings, 'podSelector' | 'skipWaitForDeleteTimeout'>,
  wall: number,
  spared: readonly PodBlocker[] = [],
): readonly PodVerdict[] {
  const selector = selectorOf(settings.podSelector);
  const blocking = new Set(blockingPods(pods, spared));
  return pods.map((pod) => {
    if (blocking.has(pod)) return { is: 'leave', pod, why: 'blocks' };
    const why = leaveReason(pod, selector, settings.skipWaitForDeleteTimeout, wall);
    return why === null ? eviction(pod) : { is: 'leave', pod, why };
  });
}

function leaveReason(pod: PodView, selector: Selector, longest: number | null, wall: number): LeaveReason | null {
  if (!matchesSelector(selector, pod.labels)) return 'selector';
  if (longest !== null && longest > 0 && pod.deletionTime !== null && wall - pod.deletionTime > longest) {
    return 'ending-too-long';
  }
  if (pod.controller?.kind === 'DaemonSet' && !isFinished(pod)) return 'daemonset';
  return pod.mirror ? 'mirror' : null;
}

function eviction(pod: PodView): PodVerdict {
  const finished = isFinished(pod);
  return {
    is: 'evict',
    pod,
    unreplicated: pod.controller === null && !finished,
    losesData: pod.usesEmptyDir && !finished,
    ending: pod.deletionTime !== null,
  };
}

function isFinished(pod: PodView): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}

function selectorOf(text: string | null): Selector {
  const reading = parseSelector(text ?? '');
  if (reading.readable) return reading.selector;
  throw new Error(`drain.podSelector cannot be read at character ${reading.at + 1}: ${reading.why}`);
}
