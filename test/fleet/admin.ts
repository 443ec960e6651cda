import type { FakeApiServer } from '../fakes/api-server.ts';

/** The cluster admin's side of a story, over the same HTTP as everybody's. */
export class Admin {
  readonly #server: FakeApiServer;

  constructor(server: FakeApiServer) {
    this.#server = server;
  }

  async createNode(name: string): Promise<void> {
    await this.call('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    });
  }

  /** What a kubelet reports: this boot, and whether the node is Ready. */
  async report(name: string, bootID: string, ready: boolean): Promise<void> {
    const time = new Date().toISOString();
    const condition = {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      reason: 'Kubelet',
      message: '',
      lastHeartbeatTime: time,
      lastTransitionTime: time,
    };
    await this.patch(`/api/v1/nodes/${name}/status`, { status: { nodeInfo: { bootID }, conditions: [condition] } });
  }

  async cordon(name: string, unschedulable: boolean): Promise<void> {
    await this.patch(`/api/v1/nodes/${name}?fieldManager=kubectl`, {
      spec: { unschedulable: unschedulable ? true : null },
    });
  }

  /** A pod on that node which a finalizer keeps for ever: a drain never ends. */
  async createPod(name: string, node: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    const metadata = { name, namespace: 'default', labels, finalizers: ['example.com/keep'] };
    const spec = { nodeName: node, containers: [{ name: 'main', image: 'pause' }] };
    await this.call('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  }

  /** Takes the finalizer away, and ends the pod as its kubelet would. */
  async removePod(name: string): Promise<void> {
    const path = `/api/v1/namespaces/default/pods/${name}`;
    await this.patch(path, { metadata: { finalizers: null } });
    await this.call('DELETE', path, { gracePeriodSeconds: 0 });
  }

  async pod(name: string): Promise<{ readonly metadata: { readonly deletionTimestamp?: string } }> {
    const read = await this.call('GET', `/api/v1/namespaces/default/pods/${name}`);
    return read as Awaited<ReturnType<Admin['pod']>>;
  }

  async node(name: string): Promise<NodeObject> {
    return (await this.call('GET', `/api/v1/nodes/${name}`)) as NodeObject;
  }

  async lease(name = 'kured-host'): Promise<LeaseLike> {
    return (await this.call('GET', `/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/${name}`)) as LeaseLike;
  }

  async annotateLease(annotations: Readonly<Record<string, string | null>>, name = 'kured-host'): Promise<void> {
    await this.patch(`/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/${name}`, {
      metadata: { annotations },
    });
  }

  async deleteLease(name = 'kured-host'): Promise<void> {
    await this.call('DELETE', `/apis/coordination.k8s.io/v1/namespaces/kured-host/leases/${name}`);
  }

  async patch(path: string, body: unknown): Promise<unknown> {
    return await this.call('PATCH', path, body, 'application/strategic-merge-patch+json');
  }

  async call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<unknown> {
    // A kept connection would be found broken after the API server was stopped.
    const answer = await fetch(`${this.#server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#server.adminToken}`, 'content-type': type, connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }
}

export interface NodeObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message: string;
    }[];
  };
}

export interface LeaseLike {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}
