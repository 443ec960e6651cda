import { readRecord } from '../../src/core/lease/format.ts';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { AuditEntry } from '../cluster/audit.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { uniqueName } from '../cluster/workload.ts';
import type { Pool } from './pool.ts';

/** One write of the Lease or of a Node that took effect, and how the pool stood after it. */
export interface Moment {
  /** "lease", or the Node's name. */
  readonly of: string;
  /** When it was answered, in microseconds since 1970; undefined in a made-up history. */
  readonly at?: number | undefined;
  /** Who wrote: the API server's own name for the user, and the one it acted as. */
  readonly by: string;
  readonly as: string | undefined;
  /** The Lease's holders with their phases, in order of claim. */
  readonly holders: readonly Holding[];
  readonly transitions: number;
  /** Nodes that carry our mark. */
  readonly marked: readonly string[];
  /** Nodes that are cordoned, and by us as their mark has it. */
  readonly cordoned: readonly string[];
  /** Nodes that are cordoned, by anybody. */
  readonly unschedulable: readonly string[];
}

export interface Holding {
  readonly node: string;
  readonly phase: string;
  readonly claim: string;
}

export interface NodeLike extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean };
}

/** A write that took effect: the object as it was after it. */
export interface Write {
  readonly of: string;
  readonly by: string;
  readonly as?: string | undefined;
  readonly at?: number | undefined;
  readonly object: unknown;
}

/** The pool whose history is asked for. */
export interface HistorySource {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
  readonly name: string;
  readonly began: number;
  readonly lease: Promise<LeaseObject>;
  readonly machines: readonly { readonly name: string }[];
}

/**
 * What happened to a pool, by the audit log, up to how Lease and Nodes stand now. The order is that of the resourceVersions:
 * all objects of one etcd share its revisions, so it is the order in which the writes took effect.
 */
export async function historyOf(pool: HistorySource): Promise<readonly Moment[]> {
  const { admin, auditLog } = pool.cluster;
  const nodes = pool.machines.map(({ name }) => name);
  const last = [(await pool.lease).metadata.resourceVersion];
  const marks = await Promise.all(nodes.map(async (name) => lastWrite(await admin.get(`/api/v1/nodes/${name}`))));
  return await auditLog.until('the history up to now', (entries) => {
    const writes = entries.filter((entry) => entry.received >= pool.began && isOf(pool, nodes, entry));
    const complete =
      writes.some(({ responseObject }) => last.includes(versionOf(responseObject))) &&
      marks.every(
        (mark) => mark === undefined || writes.some(({ responseObject }) => lastWrite(responseObject) === mark),
      );
    return complete ? momentsOf(inOrder(writes)) : undefined;
  });
}

/**
 * What this product asked to be changed as that node since the pool began, as "verb resource", a subresource behind it; access reviews and dry runs
 * change nothing. Whatever was asked before the call is in the log: a marker written now is waited for.
 */
export async function writesBy(pool: Pool, machine: Machine): Promise<readonly string[]> {
  const { admin, auditLog } = pool.cluster;
  const marker = uniqueName('marker');
  await admin.request('GET', `/api/v1/namespaces/${marker}`);
  return await auditLog.until('the requests up to now', (entries) => {
    if (!entries.some(({ objectRef }) => objectRef.name === marker)) return undefined;
    return entries
      .filter((entry) => entry.received >= pool.began && entry.userAgent === 'kured-host')
      .filter(({ user }) => user === `system:node:${machine.name}`)
      .filter(({ verb, requestURI, objectRef }) => changes(verb, requestURI, objectRef.resource))
      .map(({ verb, objectRef: { resource, subresource } }) =>
        [`${verb} ${resource}`, ...(subresource === undefined ? [] : [subresource])].join('/'),
      );
  });
}

function changes(verb: string, uri: string, resource: string): boolean {
  const asks = ['get', 'list', 'watch'].includes(verb) || /^self.*reviews$/.test(resource);
  return !asks && !uri.includes('dryRun=All');
}

/** The moments of a list of writes, in its order. */
export function momentsOf(writes: readonly Write[]): readonly Moment[] {
  const nodes = new Map<string, NodeLike>();
  let lease: LeaseObject | null = null;
  return writes.map(({ of, by, as, at, object }) => {
    if (of === 'lease') lease = object as LeaseObject;
    else nodes.set(of, object as NodeLike);
    const named = (is: (node: NodeLike) => boolean): string[] =>
      [...nodes].filter(([, node]) => is(node)).map(([name]) => name);
    return {
      of,
      by,
      as,
      at,
      ...holdingsOf(lease),
      marked: named((node) => markOf(node) !== undefined),
      cordoned: named((node) => node.spec?.unschedulable === true && markOf(node)?.cordoned === true),
      unschedulable: named((node) => node.spec?.unschedulable === true),
    };
  });
}

function holdingsOf(lease: LeaseObject | null): Pick<Moment, 'holders' | 'transitions'> {
  if (lease === null) return { holders: [], transitions: 0 };
  const reading = readRecord(lease);
  if (!reading.readable) throw new Error(`a Lease that cannot be understood was written: ${reading.why}`);
  const holders = reading.record.holders.map((slot) => {
    if (!slot.readable) throw new Error(`an entry that cannot be understood was written: ${slot.text}`);
    const { node, phase, claim } = slot.entry;
    return { node, phase, claim };
  });
  return { holders, transitions: reading.record.transitions };
}

function isOf(
  pool: HistorySource,
  nodes: readonly string[],
  { objectRef, verb, code, responseObject }: AuditEntry,
): boolean {
  if (!['create', 'update', 'patch'].includes(verb) || code >= 300 || responseObject === undefined) return false;
  const { resource, subresource = '', namespace, name = '' } = objectRef;
  if (resource === 'nodes') return subresource === '' && nodes.includes(name);
  return resource === 'leases' && namespace === pool.namespace && name === pool.name;
}

/** Dry runs are answered with the version they would be based on; they took no effect. */
function inOrder(entries: readonly AuditEntry[]): readonly Write[] {
  return entries
    .filter(({ requestURI }) => !requestURI.includes('dryRun=All'))
    .toSorted((one, other) => Number(versionOf(one.responseObject)) - Number(versionOf(other.responseObject)))
    .map(({ objectRef, user, impersonatedUser, answered, responseObject }) => ({
      of: objectRef.resource === 'leases' ? 'lease' : (objectRef.name ?? ''),
      by: user,
      as: impersonatedUser,
      at: answered,
      object: responseObject,
    }));
}

function versionOf(object: unknown): string {
  return (object as KubernetesObject).metadata.resourceVersion ?? '';
}

function lastWrite(object: unknown): string | undefined {
  return (object as KubernetesObject).metadata.annotations?.['kured-host/write'];
}

function markOf(node: NodeLike): { readonly cordoned: boolean } | undefined {
  const text = node.metadata.annotations?.['kured-host/claim'];
  return text === undefined ? undefined : JSON.parse(text);
}
