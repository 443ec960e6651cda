import { join } from 'node:path';
import type { ClusterAccess } from './control-plane.ts';
import { startCompanion } from './process.ts';
import { within } from './waiting.ts';

export interface KubeletOptions {
  readonly node: string;
  readonly kubeconfig: string;
  /** Read once, at its start. Default: this machine's. */
  readonly bootIdFile?: string;
  readonly machineIdFile?: string;
  /** As Go writes durations ("2s"): how long it reports Ready=False, with the new boot ID, after its start. */
  readonly readyDelay?: string;
  /** Between two reports of an unchanged state ("10s"). */
  readonly heartbeat?: string;
  /** How many pods the node takes. */
  readonly pods?: number;
}

/** What to write on a pod as annotation. */
export const podAnnotations = {
  /** How long its containers take to end once asked ("500ms"), if that is shorter than the grace period. */
  exitsAfter: 'stand-in/exits-after',
  /** "false" keeps it Running and not Ready; may be changed later. */
  ready: 'stand-in/ready',
} as const;

/** The stand-in for one node's kubelet, in a process of its own, with the node's own certificate. */
export interface Kubelet extends AsyncDisposable {
  /** One line for each thing it did, see `go/kubelet_*.go`. */
  readonly lines: readonly string[];
  /** Resolves when the API server has taken a report with this value of Ready. */
  awaitReported(ready: boolean, milliseconds?: number): Promise<void>;
  /** Reports Ready=False or Ready=True from now on, and resolves when that is done. */
  ready(on: boolean): Promise<void>;
  /** Neither reports nor renews its Lease, as if it hung; pods are looked after all the same. */
  silent(on: boolean): Promise<void>;
  line(pattern: RegExp, milliseconds?: number): Promise<string>;
  /** At once, as a power cut would. */
  kill(): Promise<void>;
}

/** Starts it, without waiting for its first report: the API server may be away. */
export function startKubelet(cluster: Pick<ClusterAccess, 'program' | 'directory'>, options: KubeletOptions): Kubelet {
  const parameters = ['kubelet', '--node', options.node, '--kubeconfig', options.kubeconfig];
  const given: readonly (readonly [string, string | number | undefined])[] = [
    ['--boot-id-file', options.bootIdFile],
    ['--machine-id-file', options.machineIdFile],
    ['--ready-delay', options.readyDelay],
    ['--heartbeat', options.heartbeat],
    ['--pods', options.pods],
  ];
  for (const [name, value] of given) if (value !== undefined) parameters.push(name, String(value));
  const companion = startCompanion(cluster.program, parameters, join(cluster.directory, `kubelet-${options.node}.log`));

  const awaitReported: Kubelet['awaitReported'] = async (ready, milliseconds = 10_000) =>
    void (await companion.line(new RegExp(`^node ready=${ready} `), milliseconds));
  const kill = async (): Promise<void> => {
    companion.child.kill('SIGKILL');
    await within(10_000, `the end of the kubelet of ${options.node}`, () => companion.exited);
  };
  return {
    lines: companion.lines,
    awaitReported,
    async ready(on) {
      const from = companion.lines.length;
      companion.tell(`ready ${on ? 'on' : 'off'}`);
      await companion.line(new RegExp(`^node ready=${on} `), 10_000, from);
    },
    async silent(on) {
      const command = `silent ${on ? 'on' : 'off'}`;
      const from = companion.lines.length;
      companion.tell(command);
      await companion.line(new RegExp(`^${command}$`), 10_000, from);
    },
    line: (pattern, milliseconds = 10_000) => companion.line(pattern, milliseconds),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
