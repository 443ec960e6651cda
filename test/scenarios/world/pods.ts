import type { PodView } from '../../../src/core/drain/pod.ts';
import { remainingText } from '../../../src/core/drain/remaining.ts';
import type { Reason } from '../../../src/core/reasons.ts';
import { DrainWaits } from '../../../src/daemon/drain-waits.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Machine } from './parts.ts';

/** What a drain says of the pods that are left, in its own words: those that no budget holds have begun to end. */
export function podsLeft({ machine, clock }: { readonly machine: Machine; readonly clock: Clock }): Reason {
  const waits = new DrainWaits(clock);
  for (const [pod, name] of machine.budgets) waits.postpone(pod, { is: 'budget', name, retryAfter: null });
  const left = machine.pods.map((pod) => podOf(pod, machine.budgets.has(pod) ? null : 1));
  const text = (notes: ReadonlyMap<string, string>) => remainingText({ left, total: machine.podsAtFirst }, notes);
  return waits.progress(machine.pods, text);
}

function podOf(text: string, deletionTime: number | null): PodView {
  const [namespace = '', name = ''] = text.split('/');
  const controller = { kind: 'ReplicaSet', name, apiVersion: 'apps/v1' };
  const common = { labels: {}, mirror: false, usesEmptyDir: false, created: 0, finalizers: [] };
  return { namespace, name, uid: text, phase: 'Running', controller, deletionTime, ...common };
}
