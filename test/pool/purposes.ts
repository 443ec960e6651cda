import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { PassedRequest, Which } from '../cluster/proxy.ts';

/** The writes that a whole reboot consists of, in their order. */
export const purposes = ['claim', 'cordon', 'fence', 'restore', 'release'] as const;
export type Purpose = (typeof purposes)[number];

/** Tells a daemon's write by what it is for, from its method, path and body. */
export function writeFor(purpose: Purpose, node: string): Which {
  return (request) => {
    switch (purpose) {
      case 'claim':
        return leaseAfter(request, node)?.phase === 'draining' && leaseAfter(request, node)?.attempt === 0;
      case 'fence':
        return leaseAfter(request, node)?.phase === 'rebooting';
      case 'release':
        return isLeaseWrite(request) && leaseAfter(request, node)?.phase === undefined;
      case 'cordon':
        return nodePatch(request)?.spec?.unschedulable === true;
      case 'restore':
        return nodePatch(request)?.metadata?.annotations?.['kured-host/claim'] === null;
    }
  };
}

/** Any other write of the same object. */
export function sameObject({ method, path }: PassedRequest): Which {
  return (request) => request.method === method && request.path === path;
}

/** Whether the daemon changes more with it than what the cluster is told: the Lease, the Node (not its status), pods. */
export function isDeed({ method, path, headers }: PassedRequest): boolean {
  const tells = path.endsWith('/status') || path.endsWith('/events');
  return headers['user-agent'] === 'kured-host' && method !== 'GET' && !tells;
}

/** The resourceVersion that a write is based on. */
export function baseOf({ body }: PassedRequest): string | undefined {
  return (body as { metadata?: { resourceVersion?: string } } | undefined)?.metadata?.resourceVersion;
}

function isLeaseWrite({ method, path, headers }: PassedRequest): boolean {
  return headers['user-agent'] === 'kured-host' && method === 'PUT' && path.includes('/leases/');
}

/** The node's entry in the Lease that a PUT would make; undefined when it is no such PUT, or leaves none. */
function leaseAfter(request: PassedRequest, node: string): { phase: string; attempt: number } | undefined {
  if (!isLeaseWrite(request)) return undefined;
  const reading = readRecord(request.body as LeaseObject);
  const slot = reading.readable
    ? reading.record.holders.find((one) => one.readable && one.entry.node === node)
    : undefined;
  return slot?.readable === true ? slot.entry : undefined;
}

interface NodePatchBody {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string | null>> };
  readonly spec?: { readonly unschedulable?: boolean | null };
}

function nodePatch({ method, path, body }: PassedRequest): NodePatchBody | undefined {
  return method === 'PATCH' && /\/nodes\/[^/]+$/.test(path) ? (body as NodePatchBody) : undefined;
}
