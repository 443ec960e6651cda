import { prefixOf } from './names.ts';
import type { NodeSettings } from './settings.ts';

/**
 * Labels of Kubernetes' own domains that a node may change on itself (k8s.io/kubelet/pkg/apis/well_known_labels.go), beside
 * every label of the domains below.
 */
const nodeLabels: readonly string[] = [
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];
const nodeDomains: readonly string[] = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const kubernetesDomains: readonly string[] = ['kubernetes.io', 'k8s.io'];

/**
 * Whether NodeRestriction keeps a node from changing this label of itself (plugin/pkg/admission/noderestriction, update of a
 * Node): node-restriction.kubernetes.io is among those it closes. Annotations it leaves to the node.
 */
export function isForbiddenToNodes(label: string): boolean {
  const domain = prefixOf(label);
  return isIn(domain, kubernetesDomains) && !isIn(domain, nodeDomains) && !nodeLabels.includes(label);
}

/** What a setting wants written that the credentials of a node may not write, continuing "may not". */
export interface BeyondNode {
  readonly key: 'node.labelsBeforeDrain' | 'node.labelsAfterReboot' | 'node.preferNoScheduleTaint';
  readonly why: string;
}

/** Null: nothing. */
export function beyondNode({ beforeDrain, afterReboot, preferNoScheduleTaint }: NodeSettings): BeyondNode | null {
  if (preferNoScheduleTaint !== null) {
    return { key: 'node.preferNoScheduleTaint', why: 'change its taints' };
  }
  const before = Object.keys(beforeDrain.labels).find(isForbiddenToNodes);
  if (before !== undefined) return { key: 'node.labelsBeforeDrain', why: labelWhy(before) };
  const after = Object.keys(afterReboot.labels).find(isForbiddenToNodes);
  return after === undefined ? null : { key: 'node.labelsAfterReboot', why: labelWhy(after) };
}

/** The setting and what it asks for, in one sentence. */
export function beyondText({ key, why }: BeyondNode): string {
  return `${key} needs other credentials, because a node may not ${why}; take it out, or name others in credentials.kubeconfig`;
}

function labelWhy(label: string): string {
  return `change the label ${label} (of Kubernetes' own domains only labels of node.kubernetes.io and kubelet.kubernetes.io)`;
}

function isIn(domain: string, domains: readonly string[]): boolean {
  return domains.some((one) => domain === one || domain.endsWith(`.${one}`));
}
