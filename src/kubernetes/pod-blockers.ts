import { blockingKey, blockingPods, blockingText } from '../core/blockers/pods.ts';
import type { PodBlocker } from '../core/blockers/settings.ts';
import type { PodView } from '../core/drain/pod.ts';
import type { Permission } from '../core/permission.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods } from '../ports/cluster.ts';
import type { PermissionSource } from '../ports/source.ts';
import { PodsSeen } from './pods-seen.ts';

export interface PodBlockersParts {
  readonly pods: Pick<OwnPods, 'list' | 'watch'>;
  readonly clock: Clock;
  readonly settings: () => readonly PodBlocker[];
}

/**
 * No permission while certain pods are on this node. Each answer rests on a consistent list of its own, as what a watch has told may
 * be old. The watch hints when other pods block than the last answer said, and runs only while somebody asks: a node that
 * needs no reboot watches nothing for this.
 */
export function podBlockersSource({ pods, clock, settings }: PodBlockersParts): PermissionSource {
  const hints = new Set<() => void>();
  let blocking: readonly PodView[] | null = null;
  /** Which pods the last answer was about; null: none could be read. */
  let told: string | null = null;
  /** What was hinted last, so that one state of the watch leads to one more question. */
  let hinted: string | null = null;
  const compare = (): void => {
    const key = seen.pods === null ? told : blockingKey(blockingPods(seen.pods, settings()));
    if (key !== told && key !== hinted) for (const hint of hints) hint();
    hinted = key === told ? null : key;
  };
  const seen = new PodsSeen(pods, clock, compare);
  return {
    name: 'pods',
    async ask(signal) {
      const blockers = settings();
      blocking = null;
      if (blockers.length === 0) return { is: 'allowed' };
      if (hints.size > 0) seen.follow();
      const listed = await pods.list(signal);
      blocking = listed.is === 'found' ? blockingPods(listed.object, blockers) : null;
      told = blocking === null ? null : blockingKey(blocking);
      // The watch may have told of something newer while the list was on its way.
      compare();
      if (blocking !== null) return permissionBy(blocking);
      return notKnown(listed.is === 'failed' ? reasonSentence(listed.reason) : 'there is no such list');
    },
    since: () => oldest(blocking ?? []),
    watch(hint, signal) {
      hints.add(hint);
      const leave = (): void => {
        hints.delete(hint);
        if (hints.size === 0) seen.end();
      };
      signal.addEventListener('abort', leave, { once: true });
    },
  };
}

/** When the first of them was made; null: that cannot be told. */
function oldest(pods: readonly PodView[]): number | null {
  const made = pods.flatMap(({ created }) => (created === null ? [] : [created]));
  return made.length === 0 ? null : Math.min(...made);
}

function permissionBy(blocking: readonly PodView[]): Permission {
  if (blocking.length === 0) return { is: 'allowed' };
  const found = { count: String(blocking.length), pods: blockingText(blocking) };
  return { is: 'refused', reasons: [reason('pods-block', found)] };
}

function notKnown(why: string): Permission {
  return { is: 'unknown', reasons: [reason('permission-unknown', { source: 'the pods of this node', why })] };
}
