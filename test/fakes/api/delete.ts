import { admit } from './admission.ts';
import { type Answer, bodyMap, type Call, isDryRun, resourceOf, type World } from './call.ts';
import { conflict, notFound } from './errors.ts';
import type { Kind } from './kinds.ts';
import { freeze, type JsonMap, type KubeObject, mapAt, textAt } from './object.ts';
import { time } from './times.ts';

/** DELETE of one object. */
export function remove(call: Call): Answer {
  const { world, kind, user, info, request } = call;
  const { name, namespace } = info;
  const before = world.store.get(resourceOf(kind), namespace, name);
  if (before === undefined) throw notFound(kind, name);
  admit(world.store, { user, operation: 'delete', of: kind, subresource: '', namespace, name, object: null, before });
  const options = deleteOptions(call, request.body === '' ? {} : bodyMap(request));
  return { code: 200, body: deleteObject(world, kind, before, options) };
}

export interface DeleteOptions {
  readonly gracePeriodSeconds: number | null;
  readonly uid: string | null;
  readonly resourceVersion: string | null;
  readonly dryRun: boolean;
}

export function deleteOptions(call: Pick<Call, 'info'>, sent: JsonMap): DeleteOptions {
  const { query } = call.info;
  const grace = sent.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? null;
  const preconditions = mapAt(sent, 'preconditions');
  return {
    gracePeriodSeconds: grace === null ? null : Math.max(Number(grace), Number(grace) < 0 ? 1 : 0),
    uid: textAt(preconditions, 'uid') || null,
    resourceVersion: textAt(preconditions, 'resourceVersion') || null,
    dryRun: isDryRun(call, sent),
  };
}

/**
 * Deletes as apiserver/pkg/registry/rest/delete.go does: a bound pod that runs gets its grace period and goes when its
 * kubelet says so, finalizers keep anything; the answer is the object while it is there, else a Status (of a pod always
 * the pod).
 */
export function deleteObject(world: World, kind: Kind, before: KubeObject, options: DeleteOptions): JsonMap {
  checkPreconditions(kind, before, options);
  if (kind.kind === 'Namespace') return terminate(world, kind, before, options.dryRun);
  const marked = kind.kind === 'Pod' ? gracefully(world, before, options) : atOnce(world, before);
  if (marked === 'pending') return before;
  const stays = (marked.metadata.finalizers ?? []).length > 0 || (marked.metadata.deletionGracePeriodSeconds ?? 0) > 0;
  if (options.dryRun) return stays || kind.kind === 'Pod' ? freeze(marked) : success(kind, before);
  const { namespace = '', name = '' } = before.metadata;
  const last = stays || kind.kind === 'Pod' ? putIfChanged(world, kind, before, marked) : before;
  if (stays) return last;
  const gone = world.store.remove(resourceOf(kind), namespace, name) ?? last;
  return kind.kind === 'Pod' ? gone : success(kind, before);
}

/** A namespace stays, Terminating, until the namespace controller has emptied it. */
function terminate(world: World, kind: Kind, before: KubeObject, dryRun: boolean): KubeObject {
  if (before.metadata.deletionTimestamp !== undefined) return before;
  const marked = { ...mark(before, time(world.now()), 0), status: { ...before.status, phase: 'Terminating' } };
  return dryRun ? freeze(marked) : world.store.put(resourceOf(kind), marked);
}

function putIfChanged(world: World, kind: Kind, before: KubeObject, marked: KubeObject): KubeObject {
  return marked === before ? before : world.store.put(resourceOf(kind), marked);
}

function checkPreconditions(kind: Kind, { metadata }: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  const refuse = (field: string, wanted: string, is: string | undefined, may: string): never => {
    const named = { group: kind.group, resource: kind.kind };
    const why = `the ${field} in the precondition (${wanted}) does not match the ${field} in record (${is ?? ''}). `;
    throw conflict(named, metadata.name ?? '', `${why}The object might have been ${may}`);
  };
  if (uid !== null && uid !== metadata.uid) refuse('UID', uid, metadata.uid, 'deleted and then recreated');
  if (resourceVersion !== null && resourceVersion !== metadata.resourceVersion)
    refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified');
}

function atOnce(world: World, before: KubeObject): KubeObject | 'pending' {
  if ((before.metadata.finalizers ?? []).length === 0) return before;
  if (before.metadata.deletionTimestamp !== undefined) return 'pending';
  return mark(before, time(world.now()), 0);
}

function gracefully(world: World, before: KubeObject, options: DeleteOptions): KubeObject | 'pending' {
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = before.metadata;
  if (deletionTimestamp !== undefined) {
    if (left === 0) return before;
    const wanted = options.gracePeriodSeconds;
    if (wanted === null || wanted >= left) return 'pending';
    const end = Date.parse(deletionTimestamp) - (left - wanted) * 1000;
    const late = end < world.now();
    return mark(before, time(late ? world.now() : end), late && wanted !== 0 ? 1 : wanted);
  }
  const phase = textAt(before.status, 'phase');
  const ended = textAt(before.spec, 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed';
  const own = before.spec?.terminationGracePeriodSeconds;
  const grace = ended ? 0 : (options.gracePeriodSeconds ?? (typeof own === 'number' ? own : 0));
  return mark(before, time(world.now() + grace * 1000), grace);
}

function mark(before: KubeObject, deletionTimestamp: string, grace: number): KubeObject {
  const { generation, deletionTimestamp: already } = before.metadata;
  const bumped = generation === undefined || already !== undefined ? {} : { generation: generation + 1 };
  const metadata = { ...before.metadata, ...bumped, deletionTimestamp, deletionGracePeriodSeconds: grace };
  return { ...before, metadata };
}

function success(kind: Kind, { metadata }: KubeObject): JsonMap {
  const details: JsonMap = { name: metadata.name ?? '', kind: kind.resource, uid: metadata.uid ?? '' };
  if (kind.group !== '') details.group = kind.group;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
