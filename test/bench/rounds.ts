import type { AuditEntry } from '../cluster/audit.ts';
import type { Machine } from '../cluster/machine.ts';
import type { Pool } from '../pool/pool.ts';
import { leaseChanges } from './lease-history.ts';

/** All of them need a reboot at once, and get it; resolves when the Lease is free and each has proven its reboot. */
export async function round(pool: Pool, machines: readonly Machine[], need: string): Promise<void> {
  const boots = machines.map((machine) => machine.boots + 1);
  for (const machine of machines) machine.requireReboot([need]);
  await Promise.all(machines.map((machine, index) => pool.rebooted(machine, boots[index])));
  await pool.cluster.admin.until(
    pool.leasePath,
    'the Lease to be free',
    (lease) =>
      [undefined, '[]'].includes(lease?.metadata.annotations?.['kured-host/holders']) &&
      [undefined, '[]'].includes(lease?.metadata.annotations?.['kured-host/queue']),
    30_000,
  );
}

export function leaseWrites(pool: Pool, since: number): readonly AuditEntry[] {
  return pool.cluster.auditLog.entries({ verb: 'update', resource: 'leases', namespace: pool.namespace, since });
}

/** From a sentinel on a node to its claim (answered), in milliseconds. */
export function sentinelToClaim(pool: Pool, node: string, created: number): number {
  const claim = leaseChanges(leaseWrites(pool, created)).find(({ claimed }) => claimed.includes(node));
  if (claim === undefined) throw new Error(`no claim of ${node} was seen`);
  return (claim.answered - created) / 1000;
}

/**
 * From the kubelet's report of Ready=True after a boot (answered) to the uncordon (answered), in milliseconds, for each
 * reboot of these nodes. The kubelet begins each boot with Ready=False, and nothing is uncordoned before its Ready=True: so
 * its last report before an uncordon is that one.
 */
export function readyToUncordon(pool: Pool, machines: readonly Machine[], since: number): readonly number[] {
  return machines.flatMap(({ name }) => {
    const patches = pool.cluster.auditLog.entries({ verb: 'patch', resource: 'nodes', name, since, code: 200 });
    const reports = patches.filter(({ userAgent }) => userAgent.startsWith('kubelet-stand-in'));
    const uncordons = patches.filter((entry) => entry.objectRef.subresource === undefined && uncordoned(entry));
    return uncordons.map(({ answered }) => {
      const report = reports.findLast((entry) => entry.answered <= answered);
      if (report === undefined) throw new Error(`${name} was uncordoned without a report of its kubelet`);
      return (answered - report.answered) / 1000;
    });
  });
}

function uncordoned({ userAgent, requestObject }: AuditEntry): boolean {
  const { spec } = requestObject as { spec?: { unschedulable?: boolean | null } };
  return userAgent.startsWith('kured-host') && spec?.unschedulable === null;
}
