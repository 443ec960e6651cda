/** Where a pool's Lease is: one per pool, `kured-host` in namespace `kured-host` unless an admin decides otherwise. */
export interface LeaseRef {
  readonly namespace: string;
  readonly name: string;
}

/**
 * A coordination.k8s.io/v1 Lease as the API server gave it. Whatever we do not know stays in it: a write sends the whole
 * object back with only our own changes.
 */
export interface LeaseObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: LeaseMetadata;
  readonly spec?: LeaseSpec;
  readonly [other: string]: unknown;
}

export interface LeaseMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [other: string]: unknown;
}

/** The fields as client-go's leader election means them; times are RFC 3339 with microseconds (MicroTime). */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
  readonly [other: string]: unknown;
}

export function isSameLease(one: LeaseRef, other: LeaseRef): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

export function leaseText(ref: LeaseRef): string {
  return `${ref.namespace}/${ref.name}`;
}
