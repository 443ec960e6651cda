import { admit } from './admission.ts';
import { type Call, isDryRun, resourceOf } from './call.ts';
import { conflict, invalid, modifiedMeanwhile } from './errors.ts';
import type { Kind } from './kinds.ts';
import { freeze, type KubeObject, type ObjectMeta, same } from './object.ts';
import { own } from './own.ts';
import { validate } from './validate.ts';

/**
 * One object, normalised, over another: admission first, then the resourceVersion, then validation, as the API server does. A write
 * that changes nothing leaves the resourceVersion where it is.
 */
export function revise(call: Call, before: KubeObject, sent: KubeObject): KubeObject {
  const { world, kind, user, info } = call;
  const { name, namespace, subresource } = info;
  const object = subresource === 'status' ? statusOnly(kind, sent, before) : exceptStatus(kind, sent, before);
  admit(world.store, { user, operation: 'update', of: kind, subresource, namespace, name, object, before });
  checkVersion(kind, name, sent.metadata.resourceVersion, before);
  object.metadata = keptMetadata(kind, object, before);
  validate(kind, object, before);
  own(object, before, call);
  object.metadata.resourceVersion = before.metadata.resourceVersion ?? '';
  if (same(object, before)) return before;
  if (isDryRun(call)) return freeze(object);
  if (isFinalized(object)) {
    world.store.remove(resourceOf(kind), namespace, name);
    return freeze(object);
  }
  return world.store.put(resourceOf(kind), object);
}

function checkVersion(kind: Kind, name: string, sent: string | undefined, before: KubeObject): void {
  if (sent === undefined || sent === '' || sent === '0') {
    if (kind.unconditionalUpdate) return;
    throw invalid(kind, name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        value: '0',
        why: 'must be specified for an update',
      },
    ]);
  }
  if (!/^\d+$/.test(sent))
    throw invalid(kind, name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        value: JSON.stringify(sent),
        why: 'must be a number',
      },
    ]);
  if (sent !== before.metadata.resourceVersion) throw conflict(kind, name, modifiedMeanwhile);
}

/** `/status` writes the status, and of metadata what belongs to nobody else: annotations, labels, finalizers. */
function statusOnly(kind: Kind, sent: KubeObject, before: KubeObject): KubeObject {
  const { status: _, ...rest } = before;
  const metadata = kind.kind === 'Pod' ? { ...sent.metadata, ...ownersOf(before) } : sent.metadata;
  return { ...rest, metadata, ...(sent.status === undefined ? {} : { status: sent.status }) };
}

function ownersOf(object: KubeObject): ObjectMeta {
  const { ownerReferences } = object.metadata;
  return ownerReferences === undefined ? {} : { ownerReferences };
}

function exceptStatus(kind: Kind, sent: KubeObject, before: KubeObject): KubeObject {
  if (!kind.status) return sent;
  const { status: _, ...rest } = sent;
  return { ...rest, metadata: sent.metadata, ...(before.status === undefined ? {} : { status: before.status }) };
}

/** What a client cannot change comes from before; uid and the like only where it sent none, so that another is seen. */
function keptMetadata(kind: Kind, object: KubeObject, before: KubeObject): ObjectMeta {
  const { deletionTimestamp, deletionGracePeriodSeconds, uid: ownUid, creationTimestamp, generation } = before.metadata;
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, generation: ___, ...sent } = object.metadata;
  const kept: ObjectMeta = { ...sent };
  kept.uid = sent.uid ?? ownUid ?? '';
  kept.creationTimestamp = sent.creationTimestamp ?? creationTimestamp ?? '';
  if (deletionTimestamp !== undefined) kept.deletionTimestamp = deletionTimestamp;
  if (deletionGracePeriodSeconds !== undefined) kept.deletionGracePeriodSeconds = deletionGracePeriodSeconds;
  const changed = kind.generation && !same(object.spec, before.spec);
  if (generation !== undefined) kept.generation = generation + (changed ? 1 : 0);
  return kept;
}

/** The last finalizer is off an object that only waits for that. */
function isFinalized(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
}
