import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Machine, type MachineOptions, makeMachine, rebootCommand } from '../cluster/machine.ts';
import { uniqueName } from '../cluster/workload.ts';
import type { Pool } from '../pool/pool.ts';

/** As shipped: the built bundle under the pinned Node with the flags of the service. */
export const program = fileURLToPath(new URL('../../bin/kured-host', import.meta.url));

export interface BenchMachine extends Partial<MachineOptions> {
  /** How long after a boot its kubelet says that it is not Ready. */
  readonly readyDelay?: string;
  readonly heartbeat?: string;
}

/** A machine of that pool with the shipped daemon and its usual settings, but as many reboots as it is asked for; off. */
export async function makeBenchMachine(pool: Pool, options: BenchMachine = {}): Promise<Machine> {
  const { readyDelay, heartbeat, ...others } = options;
  const name = uniqueName('node');
  const kubeconfig = await pool.cluster.nodeKubeconfig(name);
  const kubelet = {
    cluster: pool.cluster,
    kubeconfig,
    ...(readyDelay === undefined ? {} : { readyDelay }),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  };
  const machine = makeMachine({ name, service: [program, 'run'], kubelet, ...others });
  pool.machines.push(machine);
  writeFileSync(
    machine.folders.hostPath('/etc/kured-host/config.yaml'),
    `credentials: {kubeconfig: ${kubeconfig}}
lease: {namespace: ${pool.namespace}}
reboot: {method: command, command: [${rebootCommand}], maxRebootsPerDay: 1000}
`,
  );
  return machine;
}

/** Booted, with a Node that is Ready, and a daemon that waits for a need. */
export async function bootIdle(machine: Machine): Promise<void> {
  await machine.boot();
  await machine.kubelet?.awaitReported(true, 30_000);
  await machine.awaitLog(/no reboot is needed/, 30_000);
}
