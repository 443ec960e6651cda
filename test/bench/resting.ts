import { setTimeout as sleep } from 'node:timers/promises';
import { podAnnotations } from '../cluster/kubelet.ts';
import type { Machine } from '../cluster/machine.ts';
import { createNamespace, pod } from '../cluster/workload.ts';
import type { Pool } from '../pool/pool.ts';
import { type Memory, memoryOf, useOf } from './proc.ts';
import { requestsOf, shapes } from './requests.ts';

/** What a daemon costs that has nothing to do, over a bounded time. */
export interface Rest {
  readonly seconds: number;
  /** Milliseconds of a processor, and wake-ups, a minute. */
  readonly cpu: number;
  readonly wakeUps: number;
  readonly requests: number;
  /** What they were. */
  readonly asked: readonly string[];
}

export async function rest(pool: Pool, machine: Machine, seconds: number): Promise<Rest> {
  const pid = pidOf(machine);
  const [began, before] = [pool.cluster.auditLog.now(), useOf(pid)];
  await sleep(seconds * 1000);
  const [ended, after] = [pool.cluster.auditLog.now(), useOf(pid)];
  const minutes = (ended - began) / 60e6;
  const requests = requestsOf(pool.cluster.auditLog, machine.name, began, ended);
  return {
    seconds,
    cpu: (after.cpu - before.cpu) / minutes,
    wakeUps: (after.wakeUps - before.wakeUps) / minutes,
    requests: requests.length,
    asked: shapes(requests, machine.name),
  };
}

export function memoryOfService(machine: Machine): Memory {
  return memoryOf(pidOf(machine));
}

/** Memory right after it has drained that many pods: its reboot is asked for, and the machine does not go down. */
export async function memoryAfterDrain(pool: Pool, machine: Machine, pods: number): Promise<Memory> {
  const { admin } = pool.cluster;
  const namespace = await createNamespace(pool.cluster, 'drain');
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (let index = 0; index < pods; index += 1) {
    const annotations = { [podAnnotations.exitsAfter]: '500ms' };
    await admin.post(path, pod({ name: `pod-${index}`, namespace, node: machine.name, annotations }));
  }
  for (let index = 0; index < pods; index += 1)
    await machine.kubelet?.line(new RegExp(`^pod ${namespace}/pod-${index} running`), 120_000);
  machine.requireReboot(['drain']);
  await machine.awaitRebootAsked(1, 180_000);
  return memoryOfService(machine);
}

function pidOf({ name, service }: Machine): number {
  if (service === undefined) throw new Error(`the daemon of ${name} does not run`);
  return service.pid;
}
