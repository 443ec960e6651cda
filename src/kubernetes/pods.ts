import type { PodView } from '../core/drain/pod.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods } from '../ports/cluster.ts';
import { evictPod } from './evict.ts';
import { isObject, type JsonObject, objectIn, objectsIn, textIn, textsIn, timeIn } from './json.ts';
import { listObjects } from './list.ts';
import type { Transport } from './transport.ts';
import { watchObjects } from './watch.ts';
import type { Watched } from './watched.ts';

/** The annotation of a static pod's image in the API (kubelet types.ConfigMirrorAnnotationKey). */
const mirrorAnnotation = 'kubernetes.io/config.mirror';
const phases: readonly PodView['phase'][] = ['Pending', 'Running', 'Succeeded', 'Failed'];

export function createOwnPods(transport: Transport, clock: Clock, node: string): OwnPods {
  const what = ownPods(node);
  return {
    watch: (signal) => watchObjects(transport, clock, what, signal),
    async list(signal) {
      const action = `list the pods of the Node ${node}`;
      const call = { verb: 'list', path: what.path, query: { fieldSelector: what.fieldSelector }, action } as const;
      const listed = await listObjects(transport, call, readPod, signal);
      if (listed.is === 'failed') return { is: 'failed', reason: listed.reason };
      return { is: 'found', object: listed.found.map(([, pod]) => pod) };
    },
    evict: (pod, how, signal) => evictPod(transport, pod, how, signal),
  };
}

/** From Kubernetes 1.32 a node may list pods with this selector only (AuthorizeNodeWithSelectors). */
export function podSelector(node: string): string {
  return `spec.nodeName=${node}`;
}

/** A pod as a drain needs it; null when the object is none. */
export function readPod(object: JsonObject): PodView | null {
  const meta = objectIn(object, 'metadata');
  const [namespace, name, uid] = [textIn(meta, 'namespace'), textIn(meta, 'name'), textIn(meta, 'uid')];
  if (namespace === '' || name === '' || uid === '') return null;
  const phase = textIn(objectIn(object, 'status'), 'phase');
  const finalizers = meta['finalizers'];
  return {
    namespace,
    name,
    uid,
    phase: phases.find((one) => one === phase) ?? 'Unknown',
    labels: textsIn(meta, 'labels'),
    controller: controllerOf(meta),
    mirror: textsIn(meta, 'annotations')[mirrorAnnotation] !== undefined,
    usesEmptyDir: objectsIn(objectIn(object, 'spec'), 'volumes').some((volume) => isObject(volume['emptyDir'])),
    created: timeIn(meta, 'creationTimestamp'),
    deletionTime: timeIn(meta, 'deletionTimestamp'),
    finalizers: Array.isArray(finalizers) ? finalizers.filter((one) => typeof one === 'string') : [],
  };
}

function controllerOf(meta: JsonObject): PodView['controller'] {
  const owner = objectsIn(meta, 'ownerReferences').find((reference) => reference['controller'] === true);
  if (owner === undefined) return null;
  return { kind: textIn(owner, 'kind'), name: textIn(owner, 'name'), apiVersion: textIn(owner, 'apiVersion') };
}

function ownPods(node: string): Watched<PodView> {
  return {
    action: `watch the pods of the Node ${node}`,
    path: '/api/v1/pods',
    fieldSelector: podSelector(node),
    as: null,
    first: { by: 'list' },
    parse: readPod,
  };
}
