import { stat } from 'node:fs/promises';

/**
 * Where distributions put the kubelet's kubeconfig, in the order they are looked for: kubeadm, k3s, RKE2, microk8s, k0s;
 * EKS, AKS, GKE and OpenShift share the last. OpenShift's /etc/kubernetes/kubelet.conf is no kubeconfig but the kubelet's
 * configuration, so a file counts only when it is one (isKubeconfig).
 */
export const kubeletKubeconfigs: readonly string[] = [
  '/etc/kubernetes/kubelet.conf',
  '/var/lib/rancher/k3s/agent/kubelet.kubeconfig',
  '/var/lib/rancher/rke2/agent/kubelet.kubeconfig',
  '/var/snap/microk8s/current/credentials/kubelet.config',
  '/var/lib/k0s/kubelet.conf',
  '/var/lib/kubelet/kubeconfig',
];

/** Those of the places where there is something; one that cannot be looked at counts, so that it is reported. */
export async function presentPlaces(places: readonly string[]): Promise<readonly string[]> {
  const present: string[] = [];
  // One after the other, as one that hangs takes a thread of Node's pool.
  for (const place of places) if (await isPresent(place)) present.push(place);
  return present;
}

async function isPresent(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    return !isAbsence(error);
  }
}

/** Whether an error of node:fs says that there is no such file. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
