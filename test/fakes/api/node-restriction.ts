import type { Store } from '../store.ts';
import { forbidden, type Named, notFound } from './errors.ts';
import { type JsonMap, type KubeObject, listAt, mapsAt, same, textAt } from './object.ts';
import { nodeOf, type User } from './user.ts';

export type Operation = 'create' | 'update' | 'delete';

export interface Admission {
  readonly user: User;
  readonly operation: Operation;
  readonly of: Named;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** After a create or update; of an eviction, what was sent. */
  readonly object: KubeObject | null;
  readonly before: KubeObject | null;
}

/**
 * The NodeRestriction admission plugin: what RBAC cannot give to a kubelet. Throws the refusal
 * (kubernetes/plugin/pkg/admission/noderestriction/admission.go).
 */
export function restrictNode(store: Store, asked: Admission): void {
  const node = nodeOf(asked.user);
  if (node === null) return;
  const refuse = (why: string): never => {
    throw forbidden(asked.of, asked.name, why);
  };
  switch (`${asked.of.resource}.${asked.of.group}/${asked.subresource}`) {
    case 'leases.coordination.k8s.io/':
      if (asked.namespace !== 'kube-node-lease')
        refuse('can only access leases in the "kube-node-lease" system namespace');
      if (asked.name !== node) refuse('can only access node lease with the same name as the requesting node');
      return;
    case 'nodes./':
    case 'nodes./status':
      restrictNodes(node, asked, refuse);
      return;
    case 'pods./':
      restrictPods(store, node, asked, refuse);
      return;
    case 'pods./status':
      if (boundTo(asked.before) !== node)
        refuse(`node "${node}" can only update pod status for pods with spec.nodeName set to itself`);
      if (!same(asked.before?.metadata.labels, asked.object?.metadata.labels))
        refuse(`node "${node}" cannot update labels through pod status`);
      return;
    case 'pods./eviction': {
      const pod = store.get('pods', asked.namespace, asked.name);
      if (pod === undefined) throw notFound(asked.of, asked.name);
      if (boundTo(pod) !== node) refuse(`node ${node} can only evict pods with spec.nodeName set to itself`);
      return;
    }
    case 'serviceaccounts./':
      return;
    default:
      if (asked.of.resource === 'pods' && asked.of.group === '')
        refuse(`unexpected pod subresource "${asked.subresource}", only 'status' and 'eviction' are allowed`);
  }
}

type Refuse = (why: string) => never;

function restrictNodes(node: string, asked: Admission, refuse: Refuse): void {
  if (asked.name !== node) refuse(`node "${node}" is not allowed to modify node "${asked.name}"`);
  const { before, object } = asked;
  if (asked.operation === 'create') {
    const labels = forbiddenLabels(object?.metadata.labels ?? {}, {});
    if (labels.length > 0) refuse(`node "${node}" is not allowed to set the following labels: ${labels.join(', ')}`);
  }
  if (asked.operation !== 'update') return;
  if (!same([...listAt(object?.spec, 'taints')], [...listAt(before?.spec, 'taints')]))
    refuse(`node "${node}" is not allowed to modify taints`);
  if (!same(object?.metadata.ownerReferences, before?.metadata.ownerReferences))
    refuse(`node "${node}" is not allowed to modify ownerReferences`);
  const labels = forbiddenLabels(object?.metadata.labels ?? {}, before?.metadata.labels ?? {});
  if (labels.length > 0) refuse(`is not allowed to modify labels: ${labels.join(', ')}`);
}

type Labels = Readonly<Record<string, string>>;

function forbiddenLabels(after: Labels, before: Labels): readonly string[] {
  const changed = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    (key) => after[key] !== before[key],
  );
  return changed.filter((key) => !kubeletMaySet(key)).sort();
}

const kubeletLabels = [
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'node.kubernetes.io/instance-type',
];

function kubeletMaySet(label: string): boolean {
  const domain = label.includes('/') ? (label.split('/')[0] ?? '') : '';
  const within = (wanted: string): boolean => domain === wanted || domain.endsWith(`.${wanted}`);
  if (within('node-restriction.kubernetes.io')) return false;
  if (!within('kubernetes.io') && !within('k8s.io')) return true;
  return kubeletLabels.includes(label) || within('kubelet.kubernetes.io') || within('node.kubernetes.io');
}

function restrictPods(store: Store, node: string, asked: Admission, refuse: Refuse): void {
  if (asked.operation === 'delete') {
    if (boundTo(asked.before) !== node) refuse(`node "${node}" can only delete pods with spec.nodeName set to itself`);
    return;
  }
  if (asked.operation === 'update')
    refuse(`unexpected operation "UPDATE", node "${node}" can only create and delete mirror pods`);
  const mirror = 'kubernetes.io/config.mirror';
  if (asked.object?.metadata.annotations?.[mirror] === undefined)
    refuse(`pod does not have "${mirror}" annotation, node "${node}" can only create mirror pods`);
  if (boundTo(asked.object) !== node) refuse(`node "${node}" can only create pods with spec.nodeName set to itself`);
  const owners = mapsAt(asked.object?.metadata, 'ownerReferences');
  if (owners.length !== 1 || !isOwnNode(store, node, owners[0]))
    refuse(`node "${node}" can only create pods with an owner reference set to itself`);
}

function isOwnNode(store: Store, node: string, owner: JsonMap | undefined): boolean {
  const uid = store.get('nodes', '', node)?.metadata.uid;
  return textAt(owner, 'kind') === 'Node' && textAt(owner, 'name') === node && textAt(owner, 'uid') === uid;
}

function boundTo(pod: KubeObject | null | undefined): string {
  return textAt(pod?.spec, 'nodeName');
}
