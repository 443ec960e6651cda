import { dump } from 'js-yaml';
import { type PoolName, poolLease } from '../core/lease/pool.ts';
import type { JsonObject } from './json.ts';
import { guardObjects } from './lease-guard.ts';

/** What an admin applies once for a pool. Applying it again changes nothing: the Lease carries neither spec nor annotations. */
export function manifest(options: PoolName, takeOver = false): readonly JsonObject[] {
  return parts(options, takeOver).map((part) => part.object);
}

/** The same as YAML, with a comment before each object. */
export function manifestYaml(options: PoolName, takeOver = false): string {
  return parts(options, takeOver)
    .map(({ comment, object }) => `---\n${comment.map((line) => `# ${line}\n`).join('')}${dump(object)}`)
    .join('');
}

const product = 'kured-host';

interface Part {
  readonly comment: readonly string[];
  readonly object: JsonObject;
}

function parts(options: PoolName, takeOver: boolean): readonly Part[] {
  const { namespace, name } = poolLease(options);
  const metadata = { namespace, name, labels: { 'app.kubernetes.io/name': product } };
  // A colon stands in no pool's name: with a dash the pool "nodes" would take the default pool's role for its own.
  const nodes = { ...metadata, name: `${name}:nodes` };
  return [
    {
      comment: ['Not kube-system: its API requests share their seats with the leader election of the control plane.'],
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: metadata.labels } },
    },
    {
      comment: [
        'The pool: who may reboot, who is next. It is written by the nodes; here it carries nothing, so that applying this',
        'again changes nothing, even in the middle of a reboot.',
      ],
      object: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata },
    },
    {
      comment: ['The one who writes the Lease. Nothing runs as it, and it has no token: nodes impersonate it.'],
      object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    },
    {
      comment: ['All that it may do.'],
      object: { ...role(metadata), rules: [leaseRule(name, ['get', 'watch', 'update'])] },
    },
    {
      comment: [],
      object: { ...binding(metadata), subjects: [{ kind: 'ServiceAccount', namespace, name }] },
    },
    {
      comment: [
        'Every node may act as it, and so do to this Lease what it may do, nothing else. NodeRestriction refuses a node every',
        'Lease but its own heartbeat, whatever its roles say. The first rule is for all versions; the others, of which',
        'Kubernetes 1.36 and later know (constrained impersonation), suffice without it where the verb `impersonate` is not wanted.',
      ],
      object: { ...role(nodes), rules: impersonationRules(name) },
    },
    {
      comment: [],
      object: {
        ...binding(nodes),
        subjects: [allNodes],
      },
    },
    ...guardParts(options),
    ...(takeOver ? takeOverParts(options) : []),
  ];
}

const allNodes = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' };

function guardParts(options: PoolName): readonly Part[] {
  const [policy, binding] = guardObjects(poolLease(options), { 'app.kubernetes.io/name': product });
  return [
    {
      comment: [
        'What it may change of the Lease: the spec and the annotations that are ours. Without this a node in wrong hands could also',
        'have the garbage collector delete the Lease, or lock it in deletion (ownerReferences, finalizers).',
      ],
      object: policy,
    },
    { comment: [], object: binding },
  ];
}

/** Cluster roles have no namespace, so the name says whose they are; a colon stands in no other name. */
function takeOverParts(options: PoolName): readonly Part[] {
  const { namespace, name } = poolLease(options);
  const labels = { 'app.kubernetes.io/name': product };
  const metadata = { name: `kured-host:${namespace}:${name}:take-over`, labels };
  const nodes = { name: `${metadata.name}:nodes`, labels };
  const rule = (verbs: readonly string[]): JsonObject => ({ apiGroups: [''], resources: ['nodes'], verbs });
  return [
    {
      comment: [
        'Optional (--take-over): whether the Node of a holder still exists, so that the claim of a machine that was deleted is taken',
        'over. With it every node can read all Nodes, by impersonation.',
      ],
      object: { ...role(metadata), kind: 'ClusterRole', rules: [rule(['get'])] },
    },
    { comment: [], object: { ...clusterBinding(metadata), subjects: [{ kind: 'ServiceAccount', namespace, name }] } },
    {
      comment: ['The same for constrained impersonation, as above.'],
      object: { ...role(nodes), kind: 'ClusterRole', rules: [rule(['impersonate-on:serviceaccount:get'])] },
    },
    { comment: [], object: { ...clusterBinding(nodes), subjects: [allNodes] } },
  ];
}

function clusterBinding(metadata: { readonly name: string }): JsonObject {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata, roleRef };
}

/** KEP-5284: the user that is taken on, and each request made as it, are granted one by one. */
function impersonationRules(name: string): readonly JsonObject[] {
  const account = { resources: ['serviceaccounts'], resourceNames: [name] };
  const on = ['get', 'watch', 'update'].map((verb) => `impersonate-on:serviceaccount:${verb}`);
  return [
    { apiGroups: [''], ...account, verbs: ['impersonate'] },
    { apiGroups: ['authentication.k8s.io'], ...account, verbs: ['impersonate:serviceaccount'] },
    leaseRule(name, on),
  ];
}

function leaseRule(name: string, verbs: readonly string[]): JsonObject {
  return { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [name], verbs };
}

function role(metadata: JsonObject): JsonObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata };
}

function binding(metadata: { readonly name: string }): JsonObject {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, roleRef };
}
