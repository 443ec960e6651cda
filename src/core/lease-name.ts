import { writeAnnotation } from './cordon-mark.ts';
import { type LeaseRef, leaseText } from './lease/object.ts';
import type { NodePatch, NodeSnapshot } from './node-view.ts';

/**
 * The annotation that names the Lease in which this node may hold a claim or a place, `namespace/name`. It is written before the
 * first of them, and stays: no mark is there before the cordon and after the restore, and a service that is started with the
 * settings of another pool would look only into that one's Lease.
 */
export const leaseAnnotation = 'kured-host/lease';

/** Null: the Node names none, or nothing that can be read. */
export function namedLease(node: NodeSnapshot): LeaseRef | null {
  return leaseRefOf(node.annotations[leaseAnnotation] ?? '');
}

export function leaseRefOf(text: string): LeaseRef | null {
  const [namespace, name, ...more] = text.split('/');
  return namespace && name && more.length === 0 ? { namespace, name } : null;
}

export function namePatch(node: NodeSnapshot, lease: LeaseRef, nonce: string): NodePatch {
  return {
    uid: node.uid,
    resourceVersion: node.resourceVersion,
    annotations: { [leaseAnnotation]: leaseText(lease), [writeAnnotation]: nonce },
  };
}
