import { readRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject, LeaseRef } from '../../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import type { ReadResult } from '../../../src/core/phases/event.ts';
import { type Reason, reason } from '../../../src/core/reasons.ts';
import { Server } from '../../core/phases/server.ts';

/** The API server of a story: one Lease, the Node, and the Nodes of others; it can be away, and etcd can be restored. */
export class Api extends Server {
  /** Why it gives no answer; null: it does. */
  away: Reason | null = null;
  /** The Nodes of other holders that do not exist any more. */
  readonly gone = new Set<string>();
  /** Whether it may be asked for the Nodes of others. */
  takeOver = true;
  #kept: { readonly lease: LeaseObject | null; readonly node: NodeSnapshot | null } | null = null;

  /** Whether the first pool's Lease may be read. */
  leaseGranted = true;

  /** A Lease of another pool does not exist. */
  readLeaseOf(ref: LeaseRef): ReadResult<LeaseObject> {
    if (ref.name === 'kured-host' && !this.leaseGranted) return { is: 'failed', reason: leaseRefused };
    return ref.name === 'kured-host' ? this.readLease() : { is: 'gone' };
  }

  keep(): void {
    this.#kept = { lease: this.lease, node: this.node };
  }

  restore(): boolean {
    if (this.#kept === null) return false;
    this.lease = this.#kept.lease;
    this.node = this.#kept.node;
    return true;
  }

  /** The record as it stands; throws where a story takes for granted that it can be read. */
  readable(): LeaseRecord {
    const reading = this.lease === null ? null : readRecord(this.lease);
    if (reading === null || !reading.readable) throw new Error('the Lease is gone, or cannot be read');
    return reading.record;
  }
}

export const lost = reason('api-unavailable', {
  server: 'https://10.0.0.1:6443',
  why: 'the connection was closed before an answer came',
});
const leaseRefused = reason('api-refused', {
  action: 'read the Lease kured-host/kured-host',
  why: 'leases.coordination.k8s.io "kured-host" is forbidden: User "system:serviceaccount:kured-host:kured-host" cannot get resource "leases"',
});
export const refusedConnection = reason('api-unavailable', {
  server: 'https://10.0.0.1:6443',
  why: 'the connection was refused',
});
