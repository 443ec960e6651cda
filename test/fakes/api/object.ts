/** What JSON can say; a member that is undefined is an absent one. */
export type Json = null | boolean | number | string | Json[] | JsonMap;

export interface JsonMap {
  [key: string]: Json | undefined;
}

/** A Kubernetes object as the API shows it. What is stored is deep-frozen; `thaw` gives a copy to change. */
export interface KubeObject extends JsonMap {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec?: JsonMap;
  status?: JsonMap;
}

export interface ObjectMeta extends JsonMap {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: JsonMap[];
  managedFields?: ManagedFields[];
}

export interface ManagedFields extends JsonMap {
  manager: string;
  operation: 'Update' | 'Apply';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: JsonMap;
  subresource?: string;
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map at that member, or an empty one. */
export function mapAt(value: JsonMap | undefined, key: string): JsonMap {
  const inner = value?.[key];
  return isMap(inner) ? inner : {};
}

/** The text at that member, or an empty one. */
export function textAt(value: JsonMap | undefined, key: string): string {
  const inner = value?.[key];
  return typeof inner === 'string' ? inner : '';
}

/** The list at that member, or an empty one. */
export function listAt(value: JsonMap | undefined, key: string): readonly Json[] {
  const inner = value?.[key];
  return Array.isArray(inner) ? inner : [];
}

/** The maps within the list at that member. */
export function mapsAt(value: JsonMap | undefined, key: string): readonly JsonMap[] {
  return listAt(value, key).filter(isMap);
}

/** Equal as JSON; the order of members does not count. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) return Array.isArray(other) && sameItems(one, other);
  return isMap(one) && isMap(other) && sameMembers(one, other);
}

function sameItems(one: readonly Json[], other: readonly Json[]): boolean {
  return one.length === other.length && one.every((item, index) => same(item, other[index]));
}

function sameMembers(one: JsonMap, other: JsonMap): boolean {
  let members = 0;
  for (const key in one) {
    if (one[key] === undefined) continue;
    members += 1;
    if (!same(one[key], other[key])) return false;
  }
  for (const key in other) if (other[key] !== undefined) members -= 1;
  return members === 0;
}

/** One text for equal values. */
export function canonical(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  return JSON.stringify(value, (_key, inner: Json) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export function freeze<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) if (inner !== undefined) freeze(inner);
  }
  return value;
}

/** A copy that may be changed. */
export function thaw<T extends Json>(value: T): T {
  return copied(value) as T;
}

function copied(value: Json): Json {
  if (Array.isArray(value)) return value.map(copied);
  if (!isMap(value)) return value;
  const copy: JsonMap = {};
  for (const key in value) {
    const inner = value[key];
    if (inner !== undefined) copy[key] = copied(inner);
  }
  return copy;
}
