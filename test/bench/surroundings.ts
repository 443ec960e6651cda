import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { mustRun } from '../cluster/process.ts';
import { program } from './machines.ts';

/** The machine's own words, without which no figure says anything. */
export async function surroundings({ admin }: ClusterAccess): Promise<readonly (readonly [string, string])[]> {
  const [{ stdout }, kubernetes] = await Promise.all([
    mustRun([program, 'version']),
    admin.request<{ gitVersion: string }>('GET', '/version'),
  ]);
  const [one = 0, , fifteen = 0] = loadavg();
  return [
    ['kured-host', stdout.trim()],
    ['CPU', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['kernel', `Linux ${release()}`],
    ['Kubernetes', kubernetes.body.gitVersion],
    ['load before', `${one.toFixed(1)} over 1 minute, ${fifteen.toFixed(1)} over 15`],
  ];
}
