import { randomBytes } from 'node:crypto';
import type { CredentialSettings } from '../../src/core/settings.ts';
import { type OpenedCluster, openCluster, type Ready } from '../../src/kubernetes/cluster.ts';
import { manifest } from '../../src/kubernetes/manifest.ts';
import type { KubernetesObject, RestClient } from '../cluster/rest.ts';
import { realClock } from '../fakes/clock.ts';

/** An API server that the stories run against. */
export interface StoryTarget {
  /** Its minor version of Kubernetes 1. */
  readonly minor: number;
  readonly admin: RestClient;
  /** Paths of kubeconfigs: of a node's kubelet, and of an ordinary user. */
  nodeKubeconfig(node: string): Promise<string>;
  userKubeconfig(name: string): Promise<string>;
  /** kubectl as the admin; null where there is none. */
  readonly kubectl: ((parameters: readonly string[], input?: string) => Promise<string>) | null;
}

/** One node of one pool, with the manifest applied and the cluster opened as that node. */
export interface Stage extends AsyncDisposable {
  readonly target: StoryTarget;
  readonly admin: RestClient;
  readonly node: string;
  readonly namespace: string;
  readonly lease: { readonly namespace: string; readonly name: string };
  readonly ready: Ready;
  readonly signal: AbortSignal;
  /** Opens it once more, otherwise; ended with the stage. */
  open(kubeconfig: string, settings?: Partial<CredentialSettings>): Promise<Ready>;
}

export async function stage(target: StoryTarget, options: { readonly manifest?: boolean } = {}): Promise<Stage> {
  const id = randomBytes(4).toString('hex');
  const [node, namespace] = [`node-${id}`, `pool-${id}`];
  const stop = new AbortController();
  const open = async (kubeconfig: string, settings: Partial<CredentialSettings> = {}): Promise<Ready> =>
    await ready(openAt(kubeconfig, settings, stop.signal), stop.signal);
  // With something in it, as a kubelet makes it: an object created empty never gets managedFields (apimachinery skipnonapplied.go).
  const metadata = { name: node, labels: { 'kubernetes.io/hostname': node } };
  await target.admin.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata });
  if (options.manifest !== false) await applyManifest(target.admin, namespace, target.kubectl !== null);
  return {
    target,
    admin: target.admin,
    node,
    namespace,
    lease: { namespace, name: 'kured-host' },
    ready: await open(await target.nodeKubeconfig(node)),
    signal: stop.signal,
    open,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await target.admin.delete(`/api/v1/nodes/${node}`);
    },
  };
}

/** Creates what `kured-host manifest` prints; the guard only where it is wanted, as the fake API server knows no admission policies. */
export async function applyManifest(admin: RestClient, namespace: string, guard = false): Promise<void> {
  for (const object of manifest({ namespace, pool: null }) as unknown as readonly KubernetesObject[]) {
    if (guard || !object.apiVersion?.startsWith('admissionregistration'))
      await admin.post(collectionOf(object), object);
  }
}

/** Where objects of that kind are created. */
export function collectionOf(object: KubernetesObject): string {
  const { apiVersion = 'v1', kind = '', metadata } = object;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const where = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${root}${where}/${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}

function openAt(kubeconfig: string, settings: Partial<CredentialSettings>, signal: AbortSignal): OpenedCluster {
  const credentials = { impersonate: null, nodeName: null, ...settings, kubeconfig };
  return openCluster({ credentials, clock: realClock(), counter: { count: () => {} } }, signal);
}

async function ready(cluster: OpenedCluster, signal: AbortSignal): Promise<Ready> {
  for await (const state of cluster.states(signal)) {
    if (state.is === 'ready') return state;
    throw new Error(JSON.stringify(state));
  }
  throw new Error('the stage ended');
}
