import { leaseText } from '../core/lease/object.ts';
import { wallText } from '../core/now.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { NodeEvent, Told } from '../ports/cluster.ts';
import type { Call, Transport } from './transport.ts';

const component = 'kured-host';
/** core/validation ValidateEvent limits the message to 1024 bytes in its strict form; what is longer is no Event. */
const longestMessage = 1000;

/** Writes one Event about the own Node, or about the Lease. */
export async function tellEvent(
  transport: Transport,
  clock: Clock,
  node: string,
  event: NodeEvent,
  signal: AbortSignal,
): Promise<Told> {
  const reply = await transport.call(eventCall(clock, node, event), signal);
  return reply.is === 'ok' ? { is: 'told' } : { is: 'failed', reason: reply.reason };
}

/**
 * `kubectl describe node` finds Events by kind, name, the uid of the Node and **no** namespace of the involved object
 * (kubectl describe.go searchEvents); such Events live in namespace `default` (core/validation/events.go). Nodes may
 * create core/v1 Events in every version, those of events.k8s.io from 1.35 only.
 */
export function eventCall(
  clock: Clock,
  node: string,
  event: NodeEvent,
  query: Readonly<Record<string, string>> = {},
): Call {
  const { wall, chance } = clock.now();
  const time = wallText(wall);
  const { lease } = event;
  // An Event about a namespaced object lives in that object's namespace.
  const namespace = lease?.namespace ?? 'default';
  const involvedObject =
    lease === undefined
      ? { apiVersion: 'v1', kind: 'Node', name: node, uid: event.nodeUid }
      : { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease };
  return {
    verb: 'create',
    path: `/api/v1/namespaces/${namespace}/events`,
    query,
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: `${node}.${chance.slice(0, 16)}` },
      involvedObject,
      type: event.type,
      reason: event.reason,
      message: outsideText(event.message, longestMessage),
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      source: { component, host: node },
      reportingComponent: component,
      reportingInstance: node,
    },
    action:
      lease === undefined
        ? `create an Event about the Node ${node}`
        : `create an Event about the Lease ${leaseText(lease)}`,
  };
}
