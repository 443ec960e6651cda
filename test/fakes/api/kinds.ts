import type { Named } from './errors.ts';

/** One resource the fake API server serves, with what its strategy in Kubernetes says about writes. */
export interface Kind extends Named {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** What PUT and PATCH of the object itself leave alone, and `/status` writes; none where there is no such subresource. */
  readonly status: boolean;
  /** A PUT of an object that is not there creates it. */
  readonly createOnUpdate: boolean;
  /** A PUT without resourceVersion overwrites; otherwise it is refused. */
  readonly unconditionalUpdate: boolean;
  /** metadata.generation counts the changes of the spec. */
  readonly generation: boolean;
}

type Traits = Partial<
  Pick<Kind, 'namespaced' | 'shortNames' | 'status' | 'createOnUpdate' | 'unconditionalUpdate' | 'generation'>
>;

const plain = {
  namespaced: true,
  shortNames: [],
  status: false,
  createOnUpdate: false,
  unconditionalUpdate: true,
  generation: false,
};

function kind(groupVersion: string, resource: string, name: string, traits: Traits = {}): Kind {
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return { ...plain, group, version, resource, singular: name.toLowerCase(), kind: name, ...traits };
}

const rbac = 'rbac.authorization.k8s.io/v1';

/** Every resource that is stored. What else is served is in discovery.ts. */
export const kinds: readonly Kind[] = [
  kind('v1', 'namespaces', 'Namespace', { namespaced: false, shortNames: ['ns'], status: true }),
  kind('v1', 'nodes', 'Node', { namespaced: false, shortNames: ['no'], status: true }),
  kind('v1', 'pods', 'Pod', { shortNames: ['po'], status: true, generation: true }),
  kind('v1', 'events', 'Event', { shortNames: ['ev'], createOnUpdate: true }),
  kind('v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'], unconditionalUpdate: false }),
  kind('v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  kind('coordination.k8s.io/v1', 'leases', 'Lease', { createOnUpdate: true, unconditionalUpdate: false }),
  kind('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    shortNames: ['pdb'],
    status: true,
    unconditionalUpdate: false,
    generation: true,
  }),
  kind(rbac, 'roles', 'Role', { createOnUpdate: true }),
  kind(rbac, 'rolebindings', 'RoleBinding', { createOnUpdate: true }),
  kind(rbac, 'clusterroles', 'ClusterRole', { namespaced: false, createOnUpdate: true }),
  kind(rbac, 'clusterrolebindings', 'ClusterRoleBinding', { namespaced: false, createOnUpdate: true }),
  kind('apps/v1', 'daemonsets', 'DaemonSet', { shortNames: ['ds'], status: true, generation: true }),
  kind('apps/v1', 'replicasets', 'ReplicaSet', { shortNames: ['rs'], status: true, generation: true }),
  kind('apps/v1', 'statefulsets', 'StatefulSet', { shortNames: ['sts'], status: true, generation: true }),
];

/** The kind of that name: "pods", "leases.coordination.k8s.io". */
export function kindOf(group: string, resource: string): Kind | undefined {
  return kinds.find((each) => each.group === group && each.resource === resource);
}

/** For resources that must be known. */
export function mustKind(name: string): Kind {
  const dot = name.indexOf('.');
  const found = dot < 0 ? kindOf('', name) : kindOf(name.slice(dot + 1), name.slice(0, dot));
  if (found === undefined) throw new Error(`the fake API server has no resource ${name}`);
  return found;
}

export function groupVersion(of: Kind): string {
  return of.group === '' ? of.version : `${of.group}/${of.version}`;
}
