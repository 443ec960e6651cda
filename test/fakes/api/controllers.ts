import type { Commit, StoreListener } from '../store.ts';
import { evictionCounts, reviewBudget } from './budgets.ts';
import type { World } from './call.ts';
import { resourceOf } from './call.ts';
import { deleteObject } from './delete.ts';
import { kinds } from './kinds.ts';
import { type JsonMap, type KubeObject, mapAt, mapsAt, type ObjectMeta, same, textAt } from './object.ts';
import { time } from './times.ts';

export interface ControllerOptions {
  /** Runs `work` later, as a controller does that hears of a change by its watch; default: at once. */
  readonly later?: (work: () => void) => void;
  /** Runs `work` after so many milliseconds; default: what only time brings about does not come. */
  readonly after?: (ms: number, work: () => void) => void;
  /** Budgets stay as they were written: what the API server looks like without its disruption controller. */
  readonly withoutBudgets?: boolean;
}

/**
 * The controllers that the daemon meets through what they write: the disruption controller (budgets' status), the node
 * lifecycle controller (the taint of a cordoned Node), the namespace controller (contents of a namespace that goes), the
 * service account controller (`default` in every namespace), and the garbage collector for the pods of a deleted Node.
 */
export function controllers(world: World, options: ControllerOptions = {}): StoreListener {
  const later = options.later ?? ((work: () => void): void => work());
  return {
    committed(commit) {
      const work = workFor(world, commit, options);
      if (work !== null) later(work);
    },
    restored() {
      later(() => {
        for (const budget of world.store.list(budgets)) reviewBudget(world, budget);
      });
    },
  };
}

const budgets = 'poddisruptionbudgets.policy';

function workFor(world: World, { resource, type, object }: Commit, options: ControllerOptions): (() => void) | null {
  const { name = '', namespace = '' } = object.metadata;
  switch (resource) {
    case 'pods':
    case budgets:
    case 'replicasets.apps':
    case 'statefulsets.apps':
      return () => {
        if (options.withoutBudgets !== true)
          for (const { metadata } of world.store.list(budgets, namespace)) review(world, metadata, options);
        if (type === 'DELETED') emptyNamespace(world, namespace);
      };
    case 'nodes':
      return () => (type === 'DELETED' ? collectPods(world, name) : taintCordoned(world, name));
    case 'namespaces':
      return () => (type === 'ADDED' ? addServiceAccount(world, name) : emptyNamespace(world, name));
    default:
      return type === 'DELETED' ? () => emptyNamespace(world, namespace) : null;
  }
}

/** Once more when an eviction that was followed by no deletion does not count any more. */
function review(world: World, { namespace = '', name = '' }: ObjectMeta, options: ControllerOptions): void {
  const budget = world.store.get(budgets, namespace, name);
  if (budget === undefined) return;
  reviewBudget(world, budget);
  const reviewed = world.store.get(budgets, namespace, name);
  if (Object.keys(mapAt(reviewed?.status, 'disruptedPods')).length === 0) return;
  options.after?.(evictionCounts, () => review(world, budget.metadata, options));
}

const unschedulable = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

function taintCordoned(world: World, name: string): void {
  const node = world.store.get('nodes', '', name);
  if (node === undefined) return;
  const cordoned = node.spec?.unschedulable === true;
  const taints = mapsAt(node.spec, 'taints');
  const tainted = taints.find((taint) => taint.key === unschedulable.key);
  if (cordoned === (tainted !== undefined)) return;
  const others = taints.filter((taint) => taint !== tainted);
  const wanted: JsonMap[] = cordoned ? [...others, { ...unschedulable, timeAdded: time(world.now()) }] : others;
  const { taints: _, ...spec } = node.spec ?? {};
  world.store.put('nodes', { ...node, spec: wanted.length === 0 ? spec : { ...spec, taints: wanted } });
}

function addServiceAccount(world: World, namespace: string): void {
  if (world.store.get('serviceaccounts', namespace, 'default') !== undefined) return;
  world.store.put('serviceaccounts', {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    metadata: {
      name: 'default',
      namespace,
      uid: `default-${world.chance().slice(0, 28)}`,
      creationTimestamp: time(world.now()),
    },
  });
}

/** Deletes what is in a namespace that goes; once nothing is left the namespace goes too. */
function emptyNamespace(world: World, name: string): void {
  const namespace = name === '' ? undefined : world.store.get('namespaces', '', name);
  if (namespace === undefined || textAt(namespace.status, 'phase') !== 'Terminating') return;
  const inside = kinds.filter((kind) => kind.namespaced);
  for (const kind of inside)
    for (const object of world.store.list(resourceOf(kind), name))
      if (object.metadata.deletionTimestamp === undefined) deleteObject(world, kind, object, plainly);
  if (inside.some((kind) => world.store.list(resourceOf(kind), name).length > 0)) return;
  if (world.store.get('namespaces', '', name) !== undefined) world.store.remove('namespaces', '', name);
}

const plainly = { gracePeriodSeconds: null, uid: null, resourceVersion: null, dryRun: false };

/** Pods of a Node that is gone have no kubelet to end them. */
function collectPods(world: World, node: string): void {
  if (world.store.get('nodes', '', node) !== undefined) return;
  const orphaned = (pod: KubeObject): boolean => same(pod.spec?.nodeName, node);
  for (const pod of world.store.list('pods').filter(orphaned))
    world.store.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name ?? '');
}
