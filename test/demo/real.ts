import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/daemon/clock.ts';
import { available } from '../cluster/available.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { type Machine, makeMachine, rebootCommand } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { mustRun } from '../cluster/process.ts';
import { canRunBundle } from '../pool/pool.ts';
import { NodeHistory } from './node-history.ts';
import { openRealPods } from './real-pods.ts';
import { changesOf } from './service-log.ts';
import { type DemoNode, failing, names, type Stage } from './stage.ts';
import { followStatus } from './status-socket.ts';
import type { Change } from './timeline.ts';
import { judge } from './verdict.ts';

const program = fileURLToPath(new URL('../../bin/kured-host', import.meta.url));

/** Why the story cannot be played on a real control plane here, or null. */
export function whyNotReal(): string | null {
  return [available(), canMakeMachines(), canRunBundle()].find((why) => why !== null) ?? null;
}

/** Five machines with the built program, each a process with a /run and a boot ID of its own, and an unmodified API server. */
export async function openReal(say: (line: string) => void): Promise<Stage> {
  say('Starting etcd, kube-apiserver, its controllers and a scheduler, then the machines: 10 to 20 seconds.');
  const opened = new AsyncDisposableStack();
  const cluster = opened.use(await startControlPlane());
  const { body } = await cluster.admin.request<{ gitVersion: string }>('GET', '/version');
  say(`Five machines with the built program, each with a boot ID of its own, and Kubernetes ${body.gitVersion}.`);
  const { stdout: manifest } = await mustRun([program, 'manifest']);
  await cluster.kubectl(['apply', '-f', '-'], { input: manifest });
  const history = opened.use(await NodeHistory.open(cluster.admin));
  const machines = await Promise.all(names.map((name) => addMachine(cluster, name)));
  for (const machine of machines) opened.use(machine);
  await Promise.all(machines.map((machine) => machine.boot()));
  await Promise.all(machines.map(({ kubelet }) => kubelet?.awaitReported(true, 30_000)));
  const pods = opened.use(await openRealPods(cluster));
  const begin = systemClock.now().wall;
  const end = new AbortController();
  opened.defer(() => end.abort());
  return {
    begin,
    nodes: machines.map((machine) => demoNode(machine, begin, end.signal)),
    pods,
    async verdict() {
      await history.complete();
      const boots = new Map(machines.map(({ name, boots: count }) => [name, count]));
      return judge({ nodes: names, changes: history.changes, boots });
    },
    witness: "the API server's history",
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function addMachine(cluster: ControlPlane, name: string): Promise<Machine> {
  const kubeconfig = await cluster.nodeKubeconfig(name);
  const kubelet = { cluster, kubeconfig, readyDelay: '1500ms' };
  const machine = makeMachine({ name, service: [program, 'run'], kubelet });
  writeFileSync(
    machine.folders.hostPath('/etc/kured-host/config.yaml'),
    `credentials: {kubeconfig: ${kubeconfig}}
reboot: {method: command, command: [${rebootCommand}], deadline: 6s}
`,
  );
  if (name === failing) writeFileSync(machine.folders.hostPath(rebootCommand), failOnce, { mode: 0o755 });
  return machine;
}

/** A reboot command that fails; nobody can know what it did before, so the daemon waits until the deadline and asks once more. */
const failOnce = `#!/bin/sh
if [ ! -e /var/lib/test-machine-asked ]; then
  touch /var/lib/test-machine-asked
  echo 'a backup is running' >&2
  exit 1
fi
echo asked >>/run/test-machine/reboot-asked
`;

function demoNode(machine: Machine, begin: number, signal: AbortSignal): DemoNode {
  const changes = (): readonly Change[] =>
    changesOf(
      Array.from({ length: machine.boots }, (_, index) => machine.log(index + 1)),
      begin,
    );
  const told = followStatus(machine.folders.hostPath('/run/kured-host/status.sock'), signal);
  return {
    name: machine.name,
    get changes() {
      return changes();
    },
    get reason() {
      // The log has a reason once, when it begins; the daemon's status has its words of now.
      const last = changes().at(-1)?.status;
      const now = told();
      return now !== null && now.phase === last?.phase ? now.reason.message : (last?.reason.message ?? '');
    },
    get boots() {
      return machine.boots;
    },
    dropSentinel: () => machine.requireReboot(['linux-image-6.12.0-9-amd64']),
  };
}
