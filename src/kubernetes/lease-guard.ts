import type { LeaseRef } from '../core/lease/object.ts';
import type { JsonObject } from './json.ts';

/**
 * What holds the ServiceAccount of a pool to what the service writes into its Lease: RBAC knows objects, and no fields of them.
 * With `update` alone a node could name an owner that does not exist, and the garbage collector would delete the Lease.
 * Both objects are the cluster's, so their names say whose they are; these are DNS names, where a dot stands in no name of a
 * namespace or a pool.
 */
export function guardObjects({ namespace, name }: LeaseRef, labels: JsonObject): readonly [JsonObject, JsonObject] {
  const metadata = { name: `kured-host.${namespace}.${name}`, labels };
  const account = `system:serviceaccount:${namespace}:${name}`;
  const policy = {
    matchConstraints: {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      resourceRules: [
        {
          apiGroups: ['coordination.k8s.io'],
          apiVersions: ['*'],
          operations: ['UPDATE'],
          resources: ['leases'],
          resourceNames: [name],
          // Its default, said: kubectl apply compares whole rules, and would change this one at every time.
          scope: '*',
        },
      ],
    },
    // People and their tools keep their own rights.
    matchConditions: [{ name: 'the-service', expression: `request.userInfo.username == '${account}'` }],
    variables: [annotationsOf('before', 'oldObject'), annotationsOf('after', 'object')],
    validations: [
      ...['labels', 'ownerReferences', 'finalizers'].map(unchanged),
      refused(foreignUnchanged, 'annotations of others'),
      refused(limitUnchanged, 'kured-host/concurrency, which is set by people'),
    ],
    // What cannot be judged is not written.
    failurePolicy: 'Fail',
  };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: policy },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ];
}

function annotationsOf(name: string, of: string): JsonObject {
  return { name, expression: `${of}.metadata.?annotations.orValue({})` };
}

const ours = "key.startsWith('kured-host/')";
const foreignUnchanged = [
  `variables.before.all(key, ${ours} || (key in variables.after && variables.after[key] == variables.before[key]))`,
  `variables.after.all(key, ${ours} || key in variables.before)`,
].join(' && ');

/** Trimmed, as the service writes the number and not the text that it read. */
const limitUnchanged = ['before', 'after']
  .map((when) => `variables.${when}[?'kured-host/concurrency'].orValue('').trim()`)
  .join(' == ');

/** Absent on both sides, or the same on both. */
function unchanged(field: string): JsonObject {
  return refused(`object.metadata.?${field} == oldObject.metadata.?${field}`, field);
}

function refused(expression: string, what: string): JsonObject {
  return { expression, message: `nodes may not change ${what} of this Lease`, reason: 'Forbidden' };
}
