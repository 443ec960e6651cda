import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { writeKubeconfig } from '../cluster/kubeconfig.ts';
import type { Guest } from './guest.ts';

const places = {
  kubeconfig: '/etc/kubernetes/kubelet.conf',
  authority: '/etc/kubernetes/pki/ca.crt',
  client: '/var/lib/kubelet/pki/kubelet-client-current.pem',
} as const;

/** Puts the credentials of the guest's node where kubeadm has them, so that the daemon finds them by itself; the guest may be up or off. */
export async function putCredentials(guest: Guest, cluster: ClusterAccess, node = guest.name): Promise<void> {
  const { pem } = await cluster.certificate({ name: `system:node:${node}`, organizations: ['system:nodes'] });
  guest.put(places.authority, readFileSync(cluster.certificateAuthority));
  guest.put(places.client, readFileSync(pem), 0o600);
  guest.put(places.kubeconfig, kubeconfig(cluster.url), 0o600);
}

function kubeconfig(server: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  try {
    const user = { kind: 'files', cert: places.client, key: places.client } as const;
    const file = writeKubeconfig(join(folder, 'kubeconfig'), {
      server,
      certificateAuthority: places.authority,
      user,
    });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
