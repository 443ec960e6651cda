import { admit } from './admission.ts';
import { budgetsOf, isReady, spendDisruption } from './budgets.ts';
import { type Answer, bodyMap, type Call, resourceOf, type World } from './call.ts';
import { type DeleteOptions, deleteObject, deleteOptions } from './delete.ts';
import { type ApiError, badRequest, conflict, forbidden, notFound, tooManyRequests } from './errors.ts';
import { type JsonMap, type KubeObject, mapAt, mapsAt, textAt } from './object.ts';
import { time } from './times.ts';

/** POST of pods/NAME/eviction (kubernetes/pkg/registry/core/pod/storage/eviction.go). */
export function evict(call: Call): Answer {
  const { world, kind, user, info, request } = call;
  const { name, namespace } = info;
  const eviction = bodyMap(request);
  const sentName = textAt(mapAt(eviction, 'metadata'), 'name');
  const object = { ...eviction, metadata: { name: sentName } };
  admit(world.store, {
    user,
    operation: 'create',
    of: kind,
    subresource: 'eviction',
    namespace,
    name,
    object,
    before: null,
  });
  if (sentName !== name) throw badRequest('name in URL does not match name in Eviction object');
  const options = deleteOptions(call, mapAt(eviction, 'deleteOptions'));
  const pod = world.store.get(resourceOf(kind), namespace, name);
  if (pod === undefined) throw notFound(kind, name);
  if (!needsNoBudget(pod)) {
    const budgets = budgetsOf(world.store, pod);
    if (budgets.length > 1) return { code: 500, body: twoBudgets() };
    const [budget] = budgets;
    if (budget !== undefined && !unhealthyMayGo(pod, budget)) disrupt(world, pod, budget, options.dryRun);
  }
  conditionAndDelete(call, pod, options);
  return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

function needsNoBudget(pod: KubeObject): boolean {
  return (
    ['Succeeded', 'Failed', 'Pending'].includes(textAt(pod.status, 'phase')) ||
    pod.metadata.deletionTimestamp !== undefined
  );
}

function twoBudgets(): JsonMap {
  const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}

function unhealthyMayGo(pod: KubeObject, budget: KubeObject): boolean {
  if (isReady(pod)) return false;
  if (textAt(budget.spec, 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const { currentHealthy, desiredHealthy } = numbers(budget);
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function disrupt(world: World, pod: KubeObject, budget: KubeObject, dryRun: boolean): void {
  const name = budget.metadata.name ?? '';
  const of = { group: 'policy', resource: 'poddisruptionbudget' };
  const { disruptionsAllowed, currentHealthy, desiredHealthy, observedGeneration } = numbers(budget);
  const cause = (message: string): ApiError =>
    tooManyRequests(message.endsWith('by the server.') ? 10 : 0, { reason: 'DisruptionBudget', message });
  if (observedGeneration < (budget.metadata.generation ?? 0))
    throw cause(`The disruption budget ${name} is still being processed by the server.`);
  if (disruptionsAllowed < 0) throw forbidden(of, name, 'pdb disruptions allowed is negative');
  if (disruptionsAllowed === 0) throw cause(whyNot(budget, name, currentHealthy, desiredHealthy));
  if (!dryRun) spendDisruption(world, budget, pod);
}

function whyNot(budget: KubeObject, name: string, healthy: number, desired: number): string {
  const condition = mapsAt(budget.status, 'conditions').find((each) => each.type === 'DisruptionAllowed');
  const said = condition?.status === 'False' ? textAt(condition, 'message') : '';
  if (said !== '' && condition?.reason === 'SyncFailed')
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${said}`;
  if (healthy <= desired)
    return `The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`;
  return `The disruption budget ${name} does not allow evicting pods currently`;
}

function conditionAndDelete(call: Call, pod: KubeObject, options: DeleteOptions): void {
  const { world, kind } = call;
  checkPod(pod, options);
  if (options.dryRun) return void deleteObject(world, kind, pod, options);
  const conditions = mapsAt(pod.status, 'conditions').filter((each) => each.type !== 'DisruptionTarget');
  const target = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: time(world.now()),
  };
  const known = mapsAt(pod.status, 'conditions').some((each) => each.type === 'DisruptionTarget');
  const status = { ...pod.status, conditions: [...conditions, target] };
  const told = known ? pod : world.store.put(resourceOf(kind), { ...pod, status });
  deleteObject(world, kind, told, { ...options, resourceVersion: null });
}

function checkPod({ metadata }: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  const refuse = (field: string, wanted: string, is: string | undefined, may: string): never => {
    const why = `the ${field} in the precondition (${wanted}) does not match the ${field} in record (${is ?? ''}). `;
    throw conflict({ group: '', resource: 'Pod' }, metadata.name ?? '', `${why}The object might have been ${may}`);
  };
  if (uid !== null && uid !== metadata.uid) refuse('UID', uid, metadata.uid, 'deleted and then recreated');
  if (resourceVersion !== null && resourceVersion !== metadata.resourceVersion)
    refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified');
}

function numbers(
  budget: KubeObject,
): Record<'disruptionsAllowed' | 'currentHealthy' | 'desiredHealthy' | 'observedGeneration', number> {
  const number = (key: string): number => {
    const value = budget.status?.[key];
    return typeof value === 'number' ? value : 0;
  };
  return {
    disruptionsAllowed: number('disruptionsAllowed'),
    currentHealthy: number('currentHealthy'),
    desiredHealthy: number('desiredHealthy'),
    observedGeneration: number('observedGeneration'),
  };
}
