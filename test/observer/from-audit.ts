import type { AuditEntry } from '../cluster/audit.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { uniqueName } from '../cluster/workload.ts';
import { type Moment, momentsOf } from './moments.ts';
import type { Seen } from './seen.ts';

/** The pool whose history is asked for. */
export interface HistorySource {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
  readonly name: string;
  /** Microseconds since 1970. */
  readonly began: number;
  /** Where its Lease is. */
  readonly leasePath: string;
  readonly machines: readonly BootedMachine[];
}

/** A machine: which boots it had, and which commands were run in it, each from when on, in milliseconds since 1970. */
export interface BootedMachine {
  readonly name: string;
  readonly booted: readonly { readonly bootId: string; readonly at: number }[];
  readonly ran: readonly { readonly command: string; readonly at: number }[];
}

/** What happened to a pool, by the audit log and its machines' boots, up to how Lease and Nodes stand now. */
export async function historyOf(pool: HistorySource): Promise<readonly Moment[]> {
  const { admin, auditLog } = pool.cluster;
  const nodes = pool.machines.map(({ name }) => name);
  const lease = await admin.get(pool.leasePath);
  const marks = await Promise.all(nodes.map(async (name) => lastWrite(await admin.get(`/api/v1/nodes/${name}`))));
  return await auditLog.until('the history up to now', (entries) => {
    const writes = entries.filter((entry) => entry.received >= pool.began && isOf(pool, nodes, entry));
    const complete =
      writes.some(({ responseObject }) => versionOf(responseObject) === versionOf(lease)) &&
      marks.every(
        (mark) => mark === undefined || writes.some(({ responseObject }) => lastWrite(responseObject) === mark),
      );
    return complete ? momentsOf(withMachines(seenOf(writes), pool.machines)) : undefined;
  });
}

/**
 * The writes of an audit log in the order of the resourceVersions: all objects of one etcd share its revisions, so it is the order in
 * which they took effect. A deletion may be answered without one; it goes by its time. Dry runs took no effect.
 */
export function seenOf(entries: readonly AuditEntry[]): readonly Seen[] {
  const real = entries.filter(({ requestURI }) => !requestURI.includes('dryRun=All'));
  const [deletions, writes] = [real.filter(isDeletion), real.filter((entry) => !isDeletion(entry))];
  const ordered = writes.toSorted((one, other) => revision(one) - revision(other));
  for (const deletion of deletions.toSorted((one, other) => one.answered - other.answered)) {
    const after = ordered.findIndex(({ received }) => received >= deletion.answered);
    ordered.splice(after === -1 ? ordered.length : after, 0, deletion);
  }
  let at = 0;
  return ordered.map((entry) => {
    // Two that were under way at once may have been answered in another order than they took effect.
    at = Math.max(at, entry.answered / 1000);
    return {
      is: 'wrote',
      what: entry.objectRef.resource === 'leases' ? 'lease' : 'node',
      name: entry.objectRef.name ?? '',
      by: entry.user,
      as: entry.impersonatedUser,
      at,
      object: isDeletion(entry) ? null : entry.responseObject,
    };
  });
}

/**
 * What this product asked to be changed as that node since the pool began, as "verb resource", a subresource behind it; access reviews and dry runs
 * change nothing. Whatever was asked before the call is in the log: a marker written now is waited for.
 */
export async function writesBy(
  pool: Pick<HistorySource, 'cluster' | 'began'>,
  machine: { readonly name: string },
): Promise<readonly string[]> {
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

/** Boots, and what persons did by the command on a node, before the first write that was answered after they began. */
function withMachines(writes: readonly Seen[], machines: readonly BootedMachine[]): readonly Seen[] {
  const told = machines.flatMap(({ name, booted, ran }) => [
    ...booted.map(({ bootId, at }): Seen => ({ is: 'up', node: name, boot: bootId, at })),
    ...ran.flatMap(({ command, at }) => personIn(command, name, at) ?? []),
  ]);
  return [...told, ...writes].toSorted((one, other) => (one.at ?? 0) - (other.at ?? 0));
}

/** What a person does by a command line of kured-host on that node; null: nothing that changes anything. */
export function personIn(command: string, node: string, at: number): Seen | null {
  const [, given = ''] = /(?:^|[\s/])(?:kured-host|app\.cjs)\s+(.*)$/s.exec(command) ?? [];
  const [word = '', second = '', ...rest] = given.split(/\s+/);
  const act = acts.find((one) => one === word);
  if (act !== undefined) return { is: 'person', at, through: node, act };
  if (word !== 'lease' || second !== 'release') return null;
  const of = rest.find((one, index) => !one.startsWith('-') && !rest[index - 1]?.startsWith('--timeout'));
  const release = rest.includes('--force') ? 'force-release' : 'release';
  return { is: 'person', at, through: node, act: release, ...(of === undefined ? {} : { of }) };
}

const acts = ['pause', 'resume', 'retry', 'uncordon', 'drain'] as const;

function isOf(
  pool: HistorySource,
  nodes: readonly string[],
  { objectRef, verb, code, responseObject }: AuditEntry,
): boolean {
  if (!['create', 'update', 'patch', 'delete'].includes(verb) || code >= 300 || responseObject === undefined)
    return false;
  const { resource, subresource = '', namespace, name = '' } = objectRef;
  if (resource === 'nodes') return subresource === '' && nodes.includes(name);
  return resource === 'leases' && namespace === pool.namespace && name === pool.name;
}

function isDeletion({ verb }: AuditEntry): boolean {
  return verb === 'delete';
}

function revision({ responseObject }: AuditEntry): number {
  return Number(versionOf(responseObject));
}

function versionOf(object: unknown): string {
  return (object as KubernetesObject).metadata.resourceVersion ?? '';
}

function lastWrite(object: unknown): string | undefined {
  return (object as KubernetesObject).metadata.annotations?.['kured-host/write'];
}
