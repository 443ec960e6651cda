import { admit } from './admission.ts';
import { type Answer, bodyObject, type Call, isDryRun, resourceOf, type World } from './call.ts';
import { ApiError, alreadyExists, badRequest, conflict, invalid, notFound } from './errors.ts';
import type { Kind } from './kinds.ts';
import { normalise } from './normalise.ts';
import { freeze, type KubeObject, type ObjectMeta } from './object.ts';
import { own } from './own.ts';
import { patched } from './patch.ts';
import { header } from './request.ts';
import { revise } from './revise.ts';
import { time } from './times.ts';
import { validate } from './validate.ts';

/** POST to a collection. */
export function create(call: Call): Answer {
  const sent = bodyObject(call);
  const { metadata } = sent;
  const generated = metadata.generateName ?? '';
  if ((metadata.name ?? '') === '' && generated !== '')
    metadata.name = `${generated}${call.world.chance().slice(0, 5)}`;
  if (metadata.resourceVersion !== undefined)
    throw badRequest('resourceVersion should not be set on objects to be created');
  return { code: 201, body: createObject(call, sent) };
}

function createObject(call: Call, sent: KubeObject): KubeObject {
  const { world, kind, user, info } = call;
  const object = normalise(kind, sent);
  const { name = '', namespace = '' } = object.metadata;
  admit(world.store, { user, operation: 'create', of: kind, subresource: '', namespace, name, object, before: null });
  object.metadata = newMetadata(world, kind, object.metadata);
  const made = withDefaults(kind, object);
  validate(kind, made, null);
  if (world.store.get(resourceOf(kind), namespace, name) !== undefined) throw alreadyExists(kind, name);
  own(made, null, call);
  if (isDryRun(call)) return freeze(withoutVersion(made));
  return world.store.put(resourceOf({ ...kind, resource: info.resource }), made);
}

function newMetadata(world: World, kind: Kind, sent: ObjectMeta): ObjectMeta {
  const {
    resourceVersion: _,
    deletionTimestamp: __,
    deletionGracePeriodSeconds: ___,
    generation: ____,
    ...rest
  } = sent;
  return {
    ...rest,
    uid: uid(world.chance()),
    creationTimestamp: time(world.now()),
    ...(kind.generation ? { generation: 1 } : {}),
  };
}

function uid(chance: string): string {
  const part = (from: number, to: number): string => chance.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-a${part(17, 20)}-${part(20, 32)}`;
}

function withDefaults(kind: Kind, object: KubeObject): KubeObject {
  const { status: _, ...withoutStatus } = object;
  switch (kind.kind) {
    case 'Pod': {
      const spec = {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        ...object.spec,
      };
      return { ...object, spec, status: { phase: 'Pending', qosClass: 'BestEffort' } };
    }
    case 'Namespace': {
      const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name ?? '' };
      const metadata = { ...object.metadata, labels };
      return { ...object, metadata, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
    }
    case 'Node':
      return object;
    default:
      return kind.status ? { ...withoutStatus, metadata: object.metadata, status: {} } : object;
  }
}

/** PUT of an object or of its status. */
export function update(call: Call): Answer {
  const sent = bodyObject(call);
  const { world, kind, info } = call;
  const { uid: wantedUid, name = '' } = sent.metadata;
  if (name !== info.name)
    throw badRequest(
      name === ''
        ? 'name must be provided'
        : `the name of the object (${name}) does not match the name on the URL (${info.name})`,
    );
  const before = world.store.get(resourceOf(kind), info.namespace, info.name);
  if (before === undefined && (info.subresource !== '' || !kind.createOnUpdate)) throw notFound(kind, info.name);
  if (wantedUid !== undefined && wantedUid !== before?.metadata.uid)
    throw conflict(
      kind,
      info.name,
      `Precondition failed: UID in precondition: ${wantedUid}, UID in object meta: ${before?.metadata.uid ?? ''}`,
    );
  if (before !== undefined) return { code: 200, body: revise(call, before, normalise(kind, sent)) };
  call.mustAllow('create');
  return { code: 201, body: createObject(call, sent) };
}

/** PATCH of an object or of its status. */
export function patch(call: Call): Answer {
  const { world, kind, info, request } = call;
  const type = header(request, 'content-type');
  const before = world.store.get(resourceOf(kind), info.namespace, info.name);
  if (before === undefined) throw notFound(kind, info.name);
  const wanted = patched(before, type, request.body) as KubeObject;
  return { code: 200, body: revise(call, before, decoded(kind, wanted)) };
}

/** What a patch makes and nobody can read is told as a wrong patch, not as a wrong body. */
function decoded(kind: Kind, wanted: KubeObject): KubeObject {
  try {
    return normalise(kind, wanted);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const value = JSON.stringify(JSON.stringify(wanted));
    throw invalid({ group: '', resource: '' }, '', [
      { type: 'FieldValueInvalid', field: 'patch', value, why: error.message },
    ]);
  }
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
