import type { EvictionMeaning } from '../core/drain/eviction-answer.ts';
import type { LeaveReason, PodVerdict } from '../core/drain/plan.ts';

/**
 * What a drain would do to one pod.
 * - `evicted`: the API server would accept its eviction.
 * - `unreplicated`: the same, and nothing brings it back elsewhere.
 * - `blocked`: not now; the drain would wait and ask again.
 * - `skipped`: the drain leaves it alone.
 * - `refused`: the API server will not evict it; the drain would fail on it.
 * - `unknown`: the API server gave no answer that tells.
 */
export interface PodFate {
  readonly namespace: string;
  readonly name: string;
  readonly is: 'evicted' | 'unreplicated' | 'blocked' | 'skipped' | 'refused' | 'unknown';
  /** In words; empty where there is nothing to say. */
  readonly why: string;
  /** The disruption budget that blocks it; null when none does or it is not named. */
  readonly budget: string | null;
  /** What is in its emptyDir volumes goes with it. */
  readonly losesData: boolean;
}

/** `meaning`: what the API server answered to the dry run of its eviction; null: it was not asked. */
export function podFate(verdict: PodVerdict, meaning: EvictionMeaning | null): PodFate {
  const { namespace, name } = verdict.pod;
  const pod = { namespace, name, budget: null, losesData: false };
  if (verdict.is === 'leave') return { ...pod, is: 'skipped', why: skipped[verdict.why] };
  if (meaning === null) return { ...pod, is: 'unknown', why: 'it was not asked for' };
  const { losesData, unreplicated } = verdict;
  const because = (first: string): string => [first, ...notes(verdict)].filter((text) => text !== '').join('; ');
  const of = { ...pod, losesData };
  switch (meaning.is) {
    case 'accepted':
      return { ...of, is: unreplicated ? 'unreplicated' : 'evicted', why: because('') };
    case 'gone':
      return { ...of, is: 'skipped', why: 'it is gone by now' };
    case 'budget':
      return { ...of, is: 'blocked', why: because(budgetText(meaning.name)), budget: meaning.name };
    case 'terminating-namespace':
      return { ...of, is: 'blocked', why: because('its namespace is being deleted, and it with that') };
    case 'not-now':
      return { ...of, is: 'blocked', why: because(meaning.why) };
    case 'overload':
      return { ...of, is: 'unknown', why: 'the API server is overloaded' };
    case 'retry':
      return { ...of, is: 'unknown', why: meaning.why };
    case 'forbidden':
    case 'final':
      return { ...of, is: 'refused', why: meaning.why };
  }
}

const skipped: Readonly<Record<LeaveReason, string>> = {
  blocks: 'it is against the reboot (blockers.pods)',
  selector: 'drain.podSelector does not select it',
  'ending-too-long': 'it has been ending for longer than the drain waits for',
  daemonset: 'its DaemonSet would put it back onto this node at once',
  mirror: 'it stands for a static pod, which only the kubelet ends',
};

function budgetText(name: string | null): string {
  return name === null ? 'by a disruption budget' : `by the disruption budget ${name}`;
}

function notes({ unreplicated, losesData, ending }: Extract<PodVerdict, { is: 'evict' }>): readonly string[] {
  return [
    ...(unreplicated ? ['nothing brings it back elsewhere'] : []),
    ...(losesData ? ['what is in its emptyDir volumes is lost'] : []),
    ...(ending ? ['it is ending already'] : []),
  ];
}
