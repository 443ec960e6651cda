import type { Store } from '../store.ts';
import { forbidden, notFound } from './errors.ts';
import { type Admission, restrictNode } from './node-restriction.ts';
import { textAt } from './object.ts';

/** The admission plugins that we meet, in the API server's order. Throws the refusal. */
export function admit(store: Store, asked: Admission): void {
  namespaceLifecycle(store, asked);
  serviceAccount(store, asked);
  restrictNode(store, asked);
}

const immortal = ['default', 'kube-system', 'kube-public'];

function namespaceLifecycle(store: Store, asked: Admission): void {
  if (asked.of.resource === 'namespaces' && asked.of.group === '') {
    if (asked.operation === 'delete' && immortal.includes(asked.name))
      throw forbidden(asked.of, asked.name, 'this namespace may not be deleted');
    return;
  }
  if (asked.operation === 'delete' || asked.namespace === '') return;
  const namespace = store.get('namespaces', '', asked.namespace);
  if (namespace === undefined) throw notFound({ group: '', resource: 'namespaces' }, asked.namespace);
  if (asked.operation !== 'create' || textAt(namespace.status, 'phase') !== 'Terminating') return;
  const why = `unable to create new content in namespace ${asked.namespace} because it is being terminated`;
  throw forbidden(asked.of, asked.name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${asked.namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}

/** A pod that names no service account gets `default`, which must exist; mirror pods have none. */
function serviceAccount(store: Store, asked: Admission): void {
  const pod = asked.object;
  if (asked.of.resource !== 'pods' || asked.subresource !== '' || asked.operation !== 'create' || pod === null) return;
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
  const name = textAt(pod.spec, 'serviceAccountName') || 'default';
  if (store.get('serviceaccounts', asked.namespace, name) === undefined)
    throw forbidden(
      asked.of,
      asked.name,
      `error looking up service account ${asked.namespace}/${name}: serviceaccount "${name}" not found`,
    );
  pod.spec = { ...pod.spec, serviceAccountName: name };
}
