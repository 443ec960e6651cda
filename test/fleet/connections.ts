import { reason } from '../../src/core/reasons.ts';
import { openHttp } from '../../src/http/client.ts';
import type { Connections } from '../../src/kubernetes/connection.ts';
import { tellEvent } from '../../src/kubernetes/events.ts';
import { createLeases } from '../../src/kubernetes/lease-store.ts';
import { createOwnNode } from '../../src/kubernetes/node.ts';
import { createOwnPods } from '../../src/kubernetes/pods.ts';
import { createTransport } from '../../src/kubernetes/transport.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { FakeApiServer } from '../fakes/api-server.ts';
import { UnderWay } from './under-way.ts';

const noTls = { ca: null, cert: null, key: null, servername: null, verify: true };
export const leaseUser = 'system:serviceaccount:kured-host:kured-host';

/** Another way to the server than the straight one, and who counts what goes it. */
export interface Way {
  readonly url?: URL;
  readonly underWay?: UnderWay;
}

/** The shipped Kubernetes adapter, speaking to the fake API server as this node. */
export function clusterAs(server: FakeApiServer, node: string, clock: Clock, way: Way = {}): Cluster {
  const { url = new URL(server.url), underWay = new UnderWay() } = way;
  const token = server.nodeCredentials(node).token ?? '';
  const http = underWay.over(openHttp({ url, tls: noTls, proxy: null }, clock));
  const refusal = () => reason('credentials-unusable', { file: 'the token of the test', why: 'refused' });
  const connection = { is: 'connected', http, headers: { authorization: `Bearer ${token}` }, refusal } as const;
  const connections: Connections = { current: async () => connection, renew: async () => false };
  const transport = createTransport(connections, { count: () => {} });
  return {
    leases: createLeases(transport, clock, () => leaseUser),
    node: createOwnNode(transport, clock, node),
    pods: createOwnPods(transport, clock, node),
    tell: (event, signal) => tellEvent(transport, clock, node, event, signal),
  };
}
