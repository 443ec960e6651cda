import type { PassedRequest } from '../cluster/proxy.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import type { Stage } from './stage.ts';

interface WatchedNode extends KubernetesObject {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/**
 * From now on until the answer is called nobody writes the Node but for a deed of the daemon: not its kubelet, not the
 * controllers, and what the daemon tells the cluster waits at the proxy.
 */
export async function quietNode(stage: Stage): Promise<() => Promise<void>> {
  const { machine, proxy } = stage;
  await rest(stage, 'NoNeed');
  await machine.kubelet?.silent(true);
  const told = proxy.hold(isTold, 'what the daemon tells the cluster');
  return async () => {
    await machine.kubelet?.silent(false);
    await (await told).pass();
  };
}

/** The same from the moment on that the kubelet of the next boot has reported. `reboot` leads to that boot. */
export async function quietNodeAfterBoot(stage: Stage, reboot: () => void): Promise<() => Promise<void>> {
  const { machine, proxy } = stage;
  await rest(stage, 'NoNeed');
  await machine.kubelet?.silent(true);
  const report = proxy.hold(isReport, "the kubelet's report of the next boot");
  reboot();
  const reported = await report;
  await rest(stage, 'KubeletSilent');
  const told = proxy.hold(isTold, 'what the daemon tells the cluster');
  await reported.pass();
  await machine.kubelet?.silent(true);
  return async () => {
    await machine.kubelet?.silent(false);
    await (await told).pass();
  };
}

/** Ready, without taints, and the daemon has said where it is: there is nothing left to write. */
async function rest({ cluster, machine }: Stage, told: string): Promise<void> {
  await cluster.admin.until<WatchedNode>(
    `/api/v1/nodes/${machine.name}`,
    `${machine.name} to be at rest, its condition ${told}`,
    (node) => {
      const conditions = node?.status?.conditions ?? [];
      const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
      const said = conditions.some(({ type, reason }) => type === 'RebootRequired' && reason === told);
      return ready && said && (told !== 'NoNeed' || controllersAreDone(node));
    },
    30_000,
  );
}

/** They take the taints of a new Node away and complete its labels (pkg/controller/nodelifecycle), in an order of their own. */
export function controllersAreDone(node: WatchedNode | undefined): boolean {
  return node?.spec?.taints === undefined && node?.metadata.labels?.['beta.kubernetes.io/os'] !== undefined;
}

function isStatus({ method, path }: PassedRequest): boolean {
  return method === 'PATCH' && path.endsWith('/status');
}

function isReport(request: PassedRequest): boolean {
  return isStatus(request) && request.headers['user-agent'] === 'kubelet-stand-in';
}

function isTold(request: PassedRequest): boolean {
  return isStatus(request) && request.headers['user-agent'] === 'kured-host';
}
