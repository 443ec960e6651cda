import type { Store } from '../store.ts';
import type { World } from './call.ts';
import { type Json, type JsonMap, type KubeObject, mapAt, mapsAt, same, textAt } from './object.ts';
import { selectorMatches } from './selectors.ts';
import { time } from './times.ts';

const budgetsResource = 'poddisruptionbudgets.policy';

/** How long an eviction without a deletion counts (the disruption controller's DeletionTimeout). */
export const evictionCounts = 2 * 60_000;

export function budgetsOf(store: Store, pod: KubeObject): readonly KubeObject[] {
  const budgets = store.list(budgetsResource, pod.metadata.namespace ?? '');
  return budgets.filter((budget) => selectorMatches(selectorOf(budget), pod));
}

function selectorOf(budget: KubeObject): JsonMap | undefined {
  return budget.spec?.selector === undefined ? undefined : mapAt(budget.spec, 'selector');
}

export function isReady(pod: KubeObject): boolean {
  return mapsAt(pod.status, 'conditions').some((each) => each.type === 'Ready' && each.status === 'True');
}

/** Takes one disruption from the budget, for that pod, as an eviction does before it deletes. */
export function spendDisruption(world: World, budget: KubeObject, pod: KubeObject): void {
  const allowed = budget.status?.disruptionsAllowed;
  const disruptedPods = {
    ...mapAt(budget.status, 'disruptedPods'),
    [pod.metadata.name ?? '']: time(world.now()),
  };
  const status = {
    ...budget.status,
    disruptedPods,
    disruptionsAllowed: (typeof allowed === 'number' ? allowed : 0) - 1,
  };
  world.store.put(budgetsResource, { ...budget, status });
}

/** The disruption controller's look at one budget: its status as it should be; a write only where it differs. */
export function reviewBudget(world: World, budget: KubeObject): void {
  const pods = world.store
    .list('pods', budget.metadata.namespace ?? '')
    .filter((pod) => selectorMatches(selectorOf(budget), pod));
  const disruptedPods = stillDisrupted(world, budget, pods);
  const active = pods.filter((pod) => !['Succeeded', 'Failed'].includes(textAt(pod.status, 'phase')));
  const expectedPods = expected(world.store, budget, active);
  const currentHealthy = active.filter(
    (pod) =>
      isReady(pod) && pod.metadata.deletionTimestamp === undefined && !((pod.metadata.name ?? '') in disruptedPods),
  ).length;
  const desiredHealthy = desired(budget, expectedPods);
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const status: JsonMap = {
    observedGeneration: budget.metadata.generation ?? 1,
    ...(Object.keys(disruptedPods).length === 0 ? {} : { disruptedPods }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: [condition(world, budget, disruptionsAllowed)],
  };
  if (!same(status, budget.status)) world.store.put(budgetsResource, { ...budget, status });
}

function stillDisrupted(world: World, budget: KubeObject, pods: readonly KubeObject[]): JsonMap {
  const entries = Object.entries(mapAt(budget.status, 'disruptedPods')).filter(([name, since]) => {
    const pod = pods.find((each) => each.metadata.name === name);
    const fresh = world.now() - Date.parse(String(since)) < evictionCounts;
    return pod !== undefined && pod.metadata.deletionTimestamp === undefined && fresh;
  });
  return Object.fromEntries(entries);
}

/** With an integer minAvailable the pods there are; else the scale of their controllers. */
function expected(store: Store, budget: KubeObject, pods: readonly KubeObject[]): number {
  if (typeof budget.spec?.minAvailable === 'number') return pods.length;
  const controllers = new Map(pods.map((pod) => [controllerOf(pod)?.uid, controllerOf(pod)]));
  return [...controllers.values()].reduce(
    (sum, owner) => sum + (owner === undefined ? 0 : scale(store, owner, pods)),
    0,
  );
}

function controllerOf(pod: KubeObject): JsonMap | undefined {
  return mapsAt(pod.metadata, 'ownerReferences').find((owner) => owner.controller === true);
}

function scale(store: Store, owner: JsonMap, pods: readonly KubeObject[]): number {
  const resource = `${textAt(owner, 'kind').toLowerCase()}s.apps`;
  const namespace = pods[0]?.metadata.namespace ?? '';
  const replicas = store.get(resource, namespace, textAt(owner, 'name'))?.spec?.replicas;
  return typeof replicas === 'number' ? replicas : pods.filter((pod) => controllerOf(pod)?.uid === owner.uid).length;
}

function desired(budget: KubeObject, expectedPods: number): number {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) return Math.max(0, expectedPods - scaled(maxUnavailable, expectedPods));
  return minAvailable === undefined ? 0 : scaled(minAvailable, expectedPods);
}

/** A number, or a percentage rounded up. */
function scaled(value: Json, of: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseFloat(String(value)) * of) / 100);
}

function condition(world: World, budget: KubeObject, allowed: number): JsonMap {
  const old = mapsAt(budget.status, 'conditions').find((each) => each.type === 'DisruptionAllowed');
  const status = allowed > 0 ? 'True' : 'False';
  return {
    type: 'DisruptionAllowed',
    observedGeneration: budget.metadata.generation ?? 1,
    status,
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    lastTransitionTime: old?.status === status ? textAt(old, 'lastTransitionTime') : time(world.now()),
  };
}
