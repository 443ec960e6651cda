import { fieldManager } from '../core/cordon-mark.ts';
import { type LeaseObject, type LeaseRef, leaseText } from '../core/lease/object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Leases } from '../ports/cluster.ts';
import { type JsonObject, objectIn, textIn } from './json.ts';
import { nodePath } from './node.ts';
import { isGone, readOutcome, writeOutcome } from './outcome.ts';
import type { Call, Transport } from './transport.ts';
import { watchObjects } from './watch.ts';
import type { Watched } from './watched.ts';

/** The user to act as for a Lease; null: none. */
export type LeaseUser = (lease: LeaseRef) => string | null;

export function createLeases(transport: Transport, clock: Clock, user: LeaseUser): Leases {
  return {
    async read(lease, consistency, signal) {
      const call = readCall(lease, user(lease), consistency);
      return readOutcome(await transport.call(call, signal), call, lease.name, readLease);
    },
    async write(object, signal) {
      const call = writeCall(object, user(object.metadata));
      return writeOutcome(await transport.call(call, signal), call, object.metadata.name, readLease);
    },
    async lookAtHolder(lease, node, signal) {
      const reply = await transport.call(holderNodeCall(node, user(lease)), signal);
      if (reply.is === 'ok') return { is: 'exists' };
      if (reply.is === 'problem' && isGone(reply.problem, node)) return { is: 'gone' };
      return { is: 'unknown', reason: reply.reason };
    },
    watch: (lease, signal) => watchObjects(transport, clock, watched(lease, user(lease)), signal),
  };
}

export function leasePath(lease: LeaseRef): string {
  return `${leasesPath(lease.namespace)}/${encodeURIComponent(lease.name)}`;
}

export function leasesPath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
}

/** The object as it stands, once it is certain to be a Lease with what a compare-and-swap needs. */
export function readLease(object: JsonObject): LeaseObject | null {
  const meta = objectIn(object, 'metadata');
  const needed = ['name', 'namespace', 'uid', 'resourceVersion'];
  return needed.every((field) => textIn(meta, field) !== '') ? (object as unknown as LeaseObject) : null;
}

export function readCall(lease: LeaseRef, as: string | null, consistency: 'consistent' | 'any'): Call {
  const query = consistency === 'any' ? { query: { resourceVersion: '0' } } : {};
  return { verb: 'get', path: leasePath(lease), ...query, as, action: `read the Lease ${leaseText(lease)}` };
}

/** A quorum read of any Node, as who writes the Lease: a node itself may read none but its own. */
export function holderNodeCall(node: string, as: string | null): Call {
  return { verb: 'get', path: nodePath(node), as, action: `read the Node ${node}` };
}

/**
 * PUT of the whole object. Its resourceVersion and its uid are both preconditions: another of either answers 409
 * (apiserver registry/generic/registry/store.go Update; registry/rest/update.go Preconditions).
 */
export function writeCall(object: LeaseObject, as: string | null, query: Readonly<Record<string, string>> = {}): Call {
  const lease = object.metadata;
  return {
    verb: 'update',
    path: leasePath(lease),
    query: { fieldManager, ...query },
    body: { ...object, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
    as,
    action: `write the Lease ${leaseText(lease)}`,
  };
}

function watched(lease: LeaseRef, as: string | null): Watched<LeaseObject> {
  return {
    action: `watch the Lease ${leaseText(lease)}`,
    path: leasesPath(lease.namespace),
    fieldSelector: `metadata.name=${lease.name}`,
    as,
    first: { by: 'get', call: readCall(lease, as, 'consistent'), name: lease.name },
    parse: readLease,
  };
}
