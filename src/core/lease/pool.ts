import { type Reason, reason } from '../reasons.ts';
import { type LeaseRef, leaseText } from './object.ts';

/** A pool as the manifest names it; `pool` null is the default one. */
export interface PoolName {
  readonly namespace: string;
  readonly pool: string | null;
}

const baseName = 'kured-host';

/** The Lease of a pool; its ServiceAccount has the same name and namespace. */
export function poolLease({ namespace, pool }: PoolName): LeaseRef {
  return { namespace, name: pool === null ? baseName : `${baseName}-${pool}` };
}

/** The pool a Lease belongs to; null when no manifest makes a Lease of that name. */
export function leasePool(lease: LeaseRef): PoolName | null {
  if (lease.name === baseName) return { namespace: lease.namespace, pool: null };
  const pool = lease.name.startsWith(`${baseName}-`) ? lease.name.slice(baseName.length + 1) : '';
  return pool === '' ? null : { namespace: lease.namespace, pool };
}

/** The command that makes the Lease and all its grants; null when no manifest has a Lease of that name. */
export function manifestCommand(lease: LeaseRef): string | null {
  const pool = leasePool(lease);
  if (pool === null) return null;
  const namespace = pool.namespace === baseName ? '' : ` --namespace ${pool.namespace}`;
  return `kured-host manifest${namespace}${pool.pool === null ? '' : ` --pool ${pool.pool}`} | kubectl apply -f -`;
}

/** The command that also grants what the take-over of lost claims takes. */
export function takeOverCommand(lease: LeaseRef): string {
  const manifest = manifestCommand(lease)?.replace(' | ', ' --take-over | ');
  return (
    manifest ??
    `kubectl create clusterrole ${lease.name}-take-over --verb=get --resource=nodes, bound to who writes the Lease`
  );
}

/** The command that makes the Lease. */
export function createLeaseCommand(lease: LeaseRef): string {
  const { name, namespace } = lease;
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
  return manifestCommand(lease) ?? `echo '${JSON.stringify(object)}' | kubectl apply -f -`;
}

/** Why a Lease that is not there is waited for. */
export function leaseMissing(lease: LeaseRef): Reason {
  return reason('lease-missing', { lease: leaseText(lease), manifest: createLeaseCommand(lease) });
}
