import { fieldManager } from '../core/cordon-mark.ts';
import type { NodeCondition, NodePatch, NodeSnapshot } from '../core/node-view.ts';
import { wallText } from '../core/now.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnNode } from '../ports/cluster.ts';
import { type JsonObject, textIn } from './json.ts';
import { conditionOf, conditionType, readNode } from './node-snapshot.ts';
import { readOutcome, writeOutcome } from './outcome.ts';
import type { Call, Transport } from './transport.ts';
import { watchObjects } from './watch.ts';

/** The annotation that carries the status sentence. */
export const statusAnnotation = 'kured-host/status';

export function createOwnNode(transport: Transport, clock: Clock, name: string): OwnNode {
  const since = new ConditionSince();
  const parse = (object: JsonObject): NodeSnapshot | null => {
    since.look(object);
    return readNode(object);
  };
  return {
    name,
    async read(signal) {
      const call = readCall(name);
      return readOutcome(await transport.call(call, signal), call, name, parse);
    },
    async patch(patch, signal) {
      const call = patchCall(name, patch);
      return writeOutcome(await transport.call(call, signal), call, name, parse);
    },
    async publish(condition, status, signal) {
      const call = publishCall(name, condition, since.of(condition, clock.now().wall), clock.now().wall, status);
      return writeOutcome(await transport.call(call, signal), call, name, parse);
    },
    watch: (signal) =>
      watchObjects(
        transport,
        clock,
        {
          action: `watch the Node ${name}`,
          path: '/api/v1/nodes',
          fieldSelector: `metadata.name=${name}`,
          as: null,
          first: { by: 'list' },
          parse,
        },
        signal,
      ),
  };
}

export function nodePath(name: string): string {
  return `/api/v1/nodes/${encodeURIComponent(name)}`;
}

export function readCall(name: string): Call {
  return { verb: 'get', path: nodePath(name), action: `read the Node ${name}` };
}

/** Metadata and spec in one merge patch. Uncordoning takes the field away, as kubectl does, and so its owner too. */
function patchCall(name: string, patch: NodePatch): Call {
  const { uid, resourceVersion, labels, annotations, taints, manager = fieldManager } = patch;
  const spec = {
    ...(patch.unschedulable === undefined ? {} : { unschedulable: patch.unschedulable ? true : null }),
    ...(taints === undefined ? {} : { taints: taints.length === 0 ? null : taints }),
  };
  return {
    verb: 'patch',
    path: nodePath(name),
    query: { fieldManager: manager },
    body: {
      metadata: { uid, resourceVersion, annotations, ...(labels === undefined ? {} : { labels }) },
      ...(Object.keys(spec).length === 0 ? {} : { spec }),
    },
    patch: 'merge',
    action: `change the Node ${name}`,
  };
}

/** The list of conditions is merged by type, so the kubelet's stay as they are; the status subresource takes annotations as well (registry/core/node/strategy.go nodeStatusStrategy). */
export function publishCall(
  name: string,
  condition: NodeCondition,
  since: number,
  wall: number,
  status: string,
  query: Readonly<Record<string, string>> = {},
): Call {
  const entry = {
    type: conditionType,
    ...condition,
    lastHeartbeatTime: wallText(wall),
    lastTransitionTime: wallText(since),
  };
  return {
    verb: 'patch',
    path: `${nodePath(name)}/status`,
    query: { fieldManager, ...query },
    body: { metadata: { annotations: { [statusAnnotation]: status } }, status: { conditions: [entry] } },
    patch: 'strategic',
    action: `change the status of the Node ${name}`,
  };
}

/** Since when our condition has the status it has, as the Node said it last: lastTransitionTime moves with the status only. */
class ConditionSince {
  #status = '';
  #text = '';

  look(object: JsonObject): void {
    const condition = conditionOf(object, conditionType);
    this.#status = condition === null ? '' : textIn(condition, 'status');
    this.#text = condition === null ? '' : textIn(condition, 'lastTransitionTime');
  }

  of(condition: NodeCondition, wall: number): number {
    const before = Date.parse(this.#text);
    return condition.status === this.#status && !Number.isNaN(before) ? before : wall;
  }
}
