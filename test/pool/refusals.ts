import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Status } from '../cluster/rest.ts';
import { within } from '../cluster/waiting.ts';
import { uniqueName } from '../cluster/workload.ts';

/** The annotation on a Node or Lease that says which step of a node is refused for as long as it is there. */
export const refuseAnnotation = 'example.com/refuse';

/** Steps that an admission policy can hold up: the mark on the Node comes or goes; the record's phase becomes that. */
export type Refusal = 'cordon' | 'restore' | 'fence' | 'back-out';

const written = (of: string, annotation: string): string => `${of}.metadata.?annotations[?'${annotation}'].orValue('')`;
const comes = (phase: string): string =>
  `variables.holders.contains('"phase":"${phase}"') && !variables.holdersBefore.contains('"phase":"${phase}"')`;

const policy = (name: string): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['nodes'] },
        { apiGroups: ['coordination.k8s.io'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['leases'] },
      ],
    },
    matchConditions: [
      {
        name: 'nodes-only',
        expression: "request.userInfo.username.matches('^system:(node|serviceaccount):')",
      },
    ],
    variables: [
      { name: 'refuse', expression: written('oldObject', refuseAnnotation) },
      { name: 'markBefore', expression: written('oldObject', 'kured-host/claim') },
      { name: 'mark', expression: written('object', 'kured-host/claim') },
      { name: 'holdersBefore', expression: written('oldObject', 'kured-host/holders') },
      { name: 'holders', expression: written('object', 'kured-host/holders') },
    ],
    validations: [
      { expression: "!(variables.refuse == 'cordon' && variables.mark != '' && variables.markBefore == '')" },
      { expression: "!(variables.refuse == 'restore' && variables.mark == '' && variables.markBefore != '')" },
      { expression: `!(variables.refuse == 'fence' && ${comes('rebooting')})` },
      { expression: `!(variables.refuse == 'back-out' && ${comes('backing-out')})` },
    ].map((one) => ({ ...one, message: 'refused by an admission policy', reason: 'Forbidden' })),
  },
});

/** Puts the admission policy into the cluster that honours `refuseAnnotation`, and resolves once it works. */
export async function installRefusals(cluster: ClusterAccess): Promise<void> {
  const name = uniqueName('refusals.example.com').replace('.com-', '-');
  const group = '/apis/admissionregistration.k8s.io/v1';
  await cluster.admin.post(`${group}/validatingadmissionpolicies`, policy(name));
  await cluster.admin.post(`${group}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  await cluster.admin.post(leases, { metadata: { name, annotations: { [refuseAnnotation]: 'cordon' } } });
  // The API server takes a new policy within a second and tells nobody, so it is asked until it refuses.
  await within(30_000, 'the admission policy to refuse', async (signal) => {
    while (!signal.aborted && (await probe(cluster, `${leases}/${name}`)) !== 403);
  });
}

async function probe(cluster: ClusterAccess, path: string): Promise<number> {
  const { status } = await cluster.admin.request<Status>('PATCH', path, {
    body: { metadata: { annotations: { 'kured-host/claim': 'a mark' } } },
    contentType: 'application/merge-patch+json',
    query: { dryRun: 'All' },
    headers: { 'impersonate-user': 'system:serviceaccount:default:probe', 'impersonate-group': 'system:masters' },
  });
  return status;
}
