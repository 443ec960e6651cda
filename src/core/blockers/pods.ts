import type { PodView } from '../drain/pod.ts';
import { matchesSelector, parseSelector, type Selector } from '../drain/selector.ts';
import { listed } from './listed.ts';
import type { PodBlocker } from './settings.ts';

/**
 * The pods that are against a reboot, by namespace and name: those that a blocker selects and that have not come to their end.
 * Phases count as kured has it (Pending and Running do; Succeeded, Failed and Unknown do not), and so does a pod that is being
 * deleted until it is gone.
 *
 * Throws when a selector cannot be read; the configuration admits only those that can.
 */
export function blockingPods(pods: readonly PodView[], blockers: readonly PodBlocker[]): readonly PodView[] {
  const rules = blockers.map(({ selector, namespaces }) => ({ selector: selectorOf(selector), namespaces }));
  return pods
    .filter(({ phase }) => phase === 'Pending' || phase === 'Running')
    .filter(({ namespace, labels }) =>
      rules.some((rule) => isIn(namespace, rule.namespaces) && matchesSelector(rule.selector, labels)),
    )
    .toSorted((one, other) => (podName(one) < podName(other) ? -1 : 1));
}

/** Names the pods that block: as long as it is the same, so is the answer. */
export function blockingKey(pods: readonly PodView[]): string {
  return pods.map(({ uid }) => uid).join(' ');
}

/** Some of them by namespace and name, and how many more there are. */
export function blockingText(pods: readonly PodView[]): string {
  return listed(pods.map(podName));
}

function isIn(namespace: string, namespaces: readonly string[] | null): boolean {
  return namespaces === null || namespaces.includes(namespace);
}

function podName({ namespace, name }: PodView): string {
  return `${namespace}/${name}`;
}

function selectorOf(text: string): Selector {
  const reading = parseSelector(text);
  if (reading.readable) return reading.selector;
  throw new Error(`a selector of blockers.pods cannot be read at character ${reading.at + 1}: ${reading.why}`);
}
