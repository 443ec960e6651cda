import { badRequest } from './errors.ts';
import type { Kind } from './kinds.ts';
import { isMap, type Json, type JsonMap, type KubeObject, listAt, mapsAt, type ObjectMeta } from './object.ts';
import { keptMicroTime, keptTime } from './times.ts';

/**
 * The object as the API server would decode and encode it again: null is absent, empty maps and lists of metadata are
 * absent, what the schema does not know is dropped (where it matters here), times have their one form.
 */
export function normalise(kind: Kind, object: KubeObject): KubeObject {
  const bare = withoutNulls(object);
  const metadata = normalMetadata(isMap(bare.metadata) ? bare.metadata : {});
  const rest: JsonMap = { ...bare };
  delete rest.metadata;
  const { apiVersion, kind: name, ...fields } = rest;
  const normal = { apiVersion, kind: name, metadata, ...fields } as KubeObject;
  switch (kind.kind) {
    case 'Lease':
      return { ...only(normal, ['apiVersion', 'kind', 'metadata', 'spec']), metadata, spec: leaseSpec(normal.spec) };
    case 'Node':
      return { ...normal, spec: nodeSpec(normal.spec), ...conditions(normal, nodeConditionTimes) };
    case 'Pod':
      return { ...normal, ...conditions(normal, podConditionTimes) };
    case 'Event':
      return { ...normal, ...eventTimes(normal) };
    default:
      return normal;
  }
}

const knownMetadata = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

function normalMetadata(metadata: JsonMap): ObjectMeta {
  for (const key of ['labels', 'annotations']) checkTexts(metadata[key], key);
  for (const key of ['name', 'namespace', 'uid', 'resourceVersion']) checkText(metadata[key], key);
  return only(metadata, knownMetadata, (value) => !isEmpty(value));
}

function checkTexts(value: Json | undefined, key: string): void {
  if (value === undefined) return;
  if (!isMap(value)) throw undecodable(value, key, 'map[string]string');
  for (const each of Object.values(value)) checkText(each, key);
}

function checkText(value: Json | undefined, key: string): void {
  if (value !== undefined && typeof value !== 'string') throw undecodable(value, key, 'string');
}

function undecodable(value: Json, key: string, wanted: string): Error {
  const said = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return badRequest(`json: cannot unmarshal ${said} into Go struct field ObjectMeta.metadata.${key} of type ${wanted}`);
}

const leaseFields: Readonly<Record<string, 'string' | 'number'>> = {
  holderIdentity: 'string',
  leaseDurationSeconds: 'number',
  acquireTime: 'string',
  renewTime: 'string',
  leaseTransitions: 'number',
  strategy: 'string',
  preferredHolder: 'string',
};

function leaseSpec(spec: JsonMap | undefined): JsonMap {
  const kept = only(spec ?? {}, Object.keys(leaseFields));
  for (const [key, value] of Object.entries(kept))
    if (typeof value !== leaseFields[key])
      throw badRequest(`json: cannot unmarshal ${typeof value} into Go struct field LeaseSpec.spec.${key}`);
  for (const key of ['acquireTime', 'renewTime']) {
    const value = keptMicroTime(kept[key]);
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

const nodeConditionTimes = ['lastHeartbeatTime', 'lastTransitionTime'];
const podConditionTimes = ['lastProbeTime', 'lastTransitionTime'];

/** A condition's time that nobody set is told as null. */
function conditions(object: KubeObject, times: readonly string[]): { status?: JsonMap } {
  const { status } = object;
  if (!Array.isArray(status?.conditions)) return {};
  const list = mapsAt(status, 'conditions').map((condition) => ({
    ...condition,
    ...Object.fromEntries(times.map((key) => [key, keptTime(condition[key]) ?? null])),
  }));
  return { status: { ...status, conditions: list } };
}

function nodeSpec(spec: JsonMap | undefined): JsonMap {
  return only(spec ?? {}, Object.keys(spec ?? {}), (value, key) => {
    if (key === 'unschedulable' && typeof value !== 'boolean') throw undecodable(value, key, 'bool');
    return !isEmpty(value) && value !== false;
  });
}

function eventTimes(event: JsonMap): JsonMap {
  const times: JsonMap = {};
  for (const key of ['firstTimestamp', 'lastTimestamp']) {
    const value = keptTime(event[key]);
    if (value !== undefined) times[key] = value;
  }
  const eventTime = keptMicroTime(event.eventTime);
  if (eventTime !== undefined) times.eventTime = eventTime;
  return times;
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) ? Object.keys(value).length === 0 : value === '';
}

function only(map: JsonMap, keys: readonly string[], keep = (_value: Json, _key: string): boolean => true): JsonMap {
  const kept: JsonMap = {};
  for (const key of keys) {
    const value = map[key];
    if (value !== undefined && value !== null && keep(value, key)) kept[key] = value;
  }
  return kept;
}

/** As Go decodes it: a member that is null is not there. */
function withoutNulls(value: JsonMap): JsonMap {
  const kept: JsonMap = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue;
    // What is stored is like this already.
    if (Object.isFrozen(inner)) kept[key] = inner;
    else kept[key] = isMap(inner) ? withoutNulls(inner) : Array.isArray(inner) ? listWithoutNulls(value, key) : inner;
  }
  return kept;
}

function listWithoutNulls(map: JsonMap, key: string): Json[] {
  return listAt(map, key).map((inner) => (isMap(inner) ? withoutNulls(inner) : inner));
}
