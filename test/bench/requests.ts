import type { AuditEntry, AuditLog } from '../cluster/audit.ts';

/** Every request that the daemon of that node made between two moments (microseconds), whatever became of it, in order. */
export function requestsOf(log: AuditLog, node: string, since: number, until: number): readonly AuditEntry[] {
  const user = `system:node:${node}`;
  // A watch has an entry when it starts and one when it ends.
  const stages = ['ResponseStarted', 'ResponseComplete'] as const;
  const all = stages.flatMap((stage) => log.entries({ user, since, stage }));
  const mine = all.filter(({ userAgent, received }) => !userAgent.startsWith('kubelet-stand-in') && received <= until);
  const once = new Map(mine.map((entry) => [entry.auditID, entry]));
  return [...once.values()].sort((a, b) => a.received - b.received);
}

/** "PATCH /api/v1/nodes/NODE": what was asked, without what differs from one to the next. */
export function shape({ verb, requestURI, objectRef }: AuditEntry, node: string): string {
  const [path = ''] = requestURI.split('?');
  const space = objectRef.namespace;
  const general = path.replaceAll(node, 'NODE').replace(/(\/events\/).*/, '$1EVENT');
  const lease = objectRef.resource === 'leases' && space !== undefined ? general.replace(space, 'kured-host') : general;
  return `${verb} ${lease}`;
}

/** "2 × get /…" a line, in the order in which each came first. */
export function shapes(entries: readonly AuditEntry[], node: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(shape(entry, node), (counts.get(shape(entry, node)) ?? 0) + 1);
  return [...counts].map(([text, count]) => `${count} × ${text}`);
}
